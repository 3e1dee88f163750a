#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/complete.h"

/*
 * Each shell gets a few lines that ask Postern itself what may come next, so that what is offered
 * is always what this Postern understands, and names of accounts and folders are those of now.
 */
static const char bash_script[] =
	"# bash completion for postern\n"
	"_postern() {\n"
	"	local line word IFS=$'\\n'\n"
	"	COMPREPLY=()\n"
	"	[[ $2 == = ]] && return\n"
	"	while IFS= read -r line; do\n"
	"		case $line in\n"
	"		:files) compopt -o default ;;\n"
	"		:dirs) compopt -o dirnames ;;\n"
	"		*) printf -v word '%q' \"${line%%$'\\t'*}\"; COMPREPLY+=(\"$word\") ;;\n"
	"		esac\n"
	"	done < <(postern completion words -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _postern postern\n";

static const char zsh_script[] =
	"#compdef postern\n"
	"_postern() {\n"
	"	local line\n"
	"	local -a found\n"
	"	while IFS= read -r line; do\n"
	"		case $line in\n"
	"		:files) _files; return ;;\n"
	"		:dirs) _files -/; return ;;\n"
	"		*) found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
	"		esac\n"
	"	done < <(postern completion words -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\n"
	"	_describe postern found\n"
	"}\n"
	"if [[ $funcstack[1] == _postern ]]; then _postern \"$@\"; else compdef _postern postern; fi\n";

static const char fish_script[] =
	"# fish completion for postern\n"
	"function __postern_complete\n"
	"	set -l words (commandline -opc) (commandline -ct)\n"
	"	for line in (postern completion words -- $words[2..-1] 2>/dev/null)\n"
	"		switch $line\n"
	"		case ':files'\n"
	"			__fish_complete_path (commandline -ct)\n"
	"		case ':dirs'\n"
	"			__fish_complete_directories (commandline -ct)\n"
	"		case '*'\n"
	"			echo $line\n"
	"		end\n"
	"	end\n"
	"end\n"
	"complete -c postern -f -a '(__postern_complete)'\n";

static const struct { const char *shell, *script; } scripts[] = {
	{ "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script },
};

static bool put_words(Cli *cli, const char *const *words)
{
	g_autoptr(GPtrArray) found = complete_words(cli, words);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < found->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(found, i));
	output_text(cli->output, text->str);
	return true;
}

static bool run(Cli *cli, GError **err)
{
	const char *const *words = args_operands(cli->args);

	if (strcmp(words[0], "words") == 0)
		return put_words(cli, words + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
		if (strcmp(scripts[i].shell, words[0]) != 0)
			continue;
		output_text(cli->output, scripts[i].script);
		return true;
	}
	return fail(err, ERR_USAGE,
	            _("completion: there are scripts for bash, zsh and fish, not for “%s”"),
	            words[0]);
}

const Verb verb_completion = {
	.name = "completion",
	.summary = N_("Print the completion script of a shell"),
	.description = N_("For bash, zsh or fish. The script asks “postern completion words -- WORD…” what may come next, so it knows "
	                  "commands, options, accounts and folders as they are now."),
	.operands = N_("SHELL"), .operands_min = 1, .operands_max = -1,
	.examples = {
		{ "completion bash > ~/.local/share/bash-completion/completions/postern", N_("For bash") },
		{ "completion zsh > ~/.zfunc/_postern", N_("For zsh, with ~/.zfunc in fpath") },
		{ "completion fish > ~/.config/fish/completions/postern.fish", N_("For fish") },
	},
	.run = run,
};
