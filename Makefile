# Postern. `make help` lists what can be made; everything is built under build/.

VERSION   := 0.1.0
CC        ?= gcc
ifeq ($(origin CC),default)
CC        := gcc
endif
B         ?= build
PKG_CONFIG ?= pkg-config

PREFIX     ?= /usr/local
DESTDIR    ?=

# The foreign libraries; docs/dependencies.md says what each is for.
LIBS_POSTERN := glib-2.0 gmime-3.0 libcurl libxml-2.0 libcmark openssl sqlite3 ncursesw p11-kit-1 ldap lber
LIBS_PAPER   := glib-2.0 chafa gdk-pixbuf-2.0 libseccomp
LIBS_EXSIM   := libmicrohttpd zlib
LIBS_TESTS   := libwbxml2 vterm

# Our own headers are judged by every warning, those of others by none.
pkg_cflags = $(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null | sed 's/-I/-isystem /g')
pkg_libs   = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)

WARNINGS  := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wformat=2 \
             -Werror=format-security -Werror=implicit-function-declaration -Wstrict-prototypes -Wmissing-prototypes
HARDENING := -fstack-protector-strong -fstack-clash-protection -fPIE
FORTIFY   := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
OPTIMIZE  ?= -O2 -g
SANITIZE  ?=

CFLAGS_ALL  = -std=c17 -D_GNU_SOURCE -DGETTEXT_PACKAGE='"postern"' -DPOSTERN_VERSION='"$(VERSION)"' \
              -DLOCALEDIR='"$(PREFIX)/share/locale"' -DLIBEXECDIR='"$(PREFIX)/libexec/postern"' \
              -Isrc $(WARNINGS) $(HARDENING) $(if $(SANITIZE),,$(FORTIFY)) $(OPTIMIZE) $(SANITIZE) \
              $(call cached,cflags,$(LIBS_POSTERN) $(LIBS_EXSIM)) $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZE) $(LDFLAGS)

# pkg-config is asked once, when the first recipe needs it: in "make deps check" the libraries come first.
CACHED_cflags       = $(eval CACHED_cflags := $(call pkg_cflags,$(LIBS_POSTERN) $(LIBS_EXSIM)))$(CACHED_cflags)
CACHED_libs         = $(eval CACHED_libs := $(call pkg_libs,$(LIBS_POSTERN)) -lpthread)$(CACHED_libs)
CACHED_paper_cflags = $(eval CACHED_paper_cflags := $(call pkg_cflags,$(LIBS_PAPER)))$(CACHED_paper_cflags)
CACHED_tests_cflags = $(eval CACHED_tests_cflags := $(call pkg_cflags,$(LIBS_TESTS)))$(CACHED_tests_cflags)
cached              = $(CACHED_$(1))

# V=1 shows whole commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# --- what there is -----------------------------------------------------------------------------

SRC        := $(filter-out src/main.c src/paper/helper/%,$(wildcard src/*/*.c src/*/*/*.c))
PAPER_SRC  := $(wildcard src/paper/*.c src/paper/helper/*.c) src/base/error.c src/base/i18n.c
PAPER_OBJ  := $(PAPER_SRC:%.c=$(B)/paper/%.o)
SRC_TSAN   ?=
OBJ        := $(SRC:%.c=$(B)/%.o) $(SRC_TSAN:%.c=$(B)/%.o)
LIB        := $(B)/libpostern.a
EXSIM_SRC  := $(wildcard tests/exsim/*.c)
EXSIM_OBJ  := $(EXSIM_SRC:%.c=$(B)/%.o)
EXSIM_LIB  := $(B)/libexsim.a
UNIT_SRC   := $(wildcard tests/unit/*/test-*.c tests/unit/*/*/test-*.c tests/wire/test-*.c tests/contract/test-*.c tests/screens/test-*.c)
UNIT       := $(UNIT_SRC:%.c=$(B)/%)
SUPPORT_SRC := $(wildcard tests/support/*.c)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(B)/%.o)
FUZZ_SRC   := $(wildcard tests/fuzz/fuzz-*.c)
FUZZ       := $(FUZZ_SRC:%.c=$(B)/%)
BENCH_SRC  := $(wildcard tests/bench/bench-*.c)
BENCH      := $(BENCH_SRC:%.c=$(B)/%)
SCRIPTS    := $(wildcard tests/lint/*.sh tests/cli/*.sh tests/e2e/*.sh)

BINARIES   := $(if $(wildcard src/main.c),$(B)/postern $(B)/postern-paper) $(if $(EXSIM_SRC),$(B)/exsim)

.PHONY: all help
all: need-build $(BINARIES)

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

# --- how it is built ---------------------------------------------------------------------------

# In "make deps check" nothing is compiled before the packages are there, whatever -j says.
DEPS_FIRST := $(filter deps deps-build demo,$(MAKECMDGOALS))

$(B)/%.o: %.c | $(patsubst demo,deps-build,$(DEPS_FIRST))
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# The steps of the store's schema, as C strings.
SCHEMA := $(sort $(wildcard src/store/schema/*.sql))
$(B)/src/store/schema-steps.c: src/store/schema/embed.awk $(SCHEMA)
	@mkdir -p $(@D)
	$(call say,AWK,$@)
	$(Q)awk -f $^ > $@
$(B)/src/store/schema-steps.o: $(B)/src/store/schema-steps.c
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -c $< -o $@
OBJ += $(B)/src/store/schema-steps.o

$(LIB): $(OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $(OBJ)

# What is freed is wiped (src/wipe.c), but for tools that have a free() of their own.
WIPE := $(if $(SANITIZE),,$(B)/src/wipe.o)
$(B)/postern: $(B)/src/main.o $(WIPE) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(call cached,libs) -o $@

# The helper that draws, with libraries of its own. Its sandbox has no room for a sanitizer.
$(B)/paper/%.o: override SANITIZE :=
$(B)/paper/%.o: CFLAGS += $(call cached,paper_cflags)
$(B)/paper/%.o: %.c | $(patsubst demo,deps-build,$(DEPS_FIRST))
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@
$(B)/postern-paper: override SANITIZE :=
$(B)/postern-paper: $(PAPER_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(call pkg_libs,$(LIBS_PAPER)) -lm -o $@

# The simulator without its main(), so that tests can look inside.
$(EXSIM_LIB): $(filter-out %/main.o,$(EXSIM_OBJ))
	@rm -f $@
	$(Q)ar rcs $@ $^

# This test starts the simulator, and these the helper.
$(B)/tests/unit/sync/test-engine-exsim: | $(B)/exsim
$(filter $(B)/tests/screens/% $(B)/tests/unit/paper/%,$(UNIT)) $(B)/tests/unit/ui/test-painter: | $(B)/postern-paper

$(B)/exsim: $(B)/tests/exsim/main.o $(EXSIM_LIB) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(call cached,libs) $(call pkg_libs,$(LIBS_EXSIM)) -o $@

$(BENCH): $(B)/tests/bench/bench.o
$(filter-out %/test-cage,$(UNIT)) $(BENCH): $(B)/%: $(B)/%.o $(SUPPORT_OBJ) $(EXSIM_LIB) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(call cached,libs) $(call pkg_libs,$(LIBS_TESTS) $(LIBS_EXSIM)) -o $@

# The cage alone, from within: what is linked into the helper, and no sanitizer beside it.
$(B)/tests/unit/paper/test-cage: override SANITIZE :=
$(B)/tests/unit/paper/test-cage: tests/unit/paper/test-cage.c $(B)/paper/src/paper/helper/cage.o
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $^ $(call pkg_libs,$(LIBS_PAPER)) -o $@

# A fuzz entry replays its corpus under any compiler; `make fuzz` builds it for libFuzzer.
FUZZ_DRIVER ?= $(B)/tests/fuzz/replay.o
$(FUZZ): $(B)/%: $(B)/%.o $(FUZZ_DRIVER) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) $(FUZZ_LDFLAGS) $^ $(call cached,libs) -o $@

$(B)/tests/%.o: CFLAGS += -Itests $(call cached,tests_cflags)

-include $(OBJ:.o=.d) $(PAPER_OBJ:.o=.d) $(EXSIM_OBJ:.o=.d) $(UNIT:=.d) $(FUZZ:=.d) $(BENCH:=.d) $(SUPPORT_OBJ:.o=.d) $(B)/src/main.d

# --- how it is judged --------------------------------------------------------------------------

.PHONY: check check-unit
#: make            build build/postern and build/exsim
#: make check      every quick test, under five minutes
check: need-check all $(UNIT) $(FUZZ)
	POSTERN_BUILD=$(abspath $(B)) tests/run check $(UNIT) $(FUZZ) $(SCRIPTS)

# One unit test at a time is what most work needs.
#: make check-unit ONLY=wbxml   the unit tests whose path contains ONLY
ONLY ?=
check-unit: $(if $(ONLY),$(foreach u,$(UNIT),$(if $(findstring $(ONLY),$(u)),$(u))),$(UNIT))
	POSTERN_BUILD=$(abspath $(B)) tests/run check $^

.PHONY: asan tsan check-real torture demo
#: make asan       every quick test under the address and undefined-behaviour sanitizers
asan: need-check
	$(MAKE) check B=build-asan OPTIMIZE='-O1 -g -fno-omit-frame-pointer' \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined'

# The engine's thread, the client's side and the simulator's threads are seen whole, GLib's locks through wrappers around
# our own calls (tests/tsan/locks.c). Not seen: what foreign libraries do inside (SQLite, libcurl and libmicrohttpd lock with
# pthreads, which the sanitizer knows), and the threads of the screens, which these tests do not start.
#: make tsan       the tests of the threads under the thread sanitizer
TSAN_WRAPPED := g_mutex_lock g_mutex_unlock g_cond_wait g_cond_wait_until g_async_queue_push g_async_queue_pop
tsan: need-check
	$(MAKE) check-unit ONLY=unit/sync B=build-tsan OPTIMIZE='-O1 -g' SANITIZE=-fsanitize=thread \
	  SRC_TSAN=tests/tsan/locks.c LDFLAGS='$(TSAN_WRAPPED:%=-Wl,--wrap=%)'

#: make fuzz       the fuzz entries for libFuzzer, as build-fuzz/tests/fuzz/fuzz-NAME (run one with a corpus folder)
.PHONY: fuzz fuzz-entries fuzz-run
fuzz: need-build
	$(MAKE) fuzz-entries B=build-fuzz CC=clang OPTIMIZE='-O1 -g -fno-omit-frame-pointer' FUZZ_DRIVER= \
	  SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' FUZZ_LDFLAGS=-fsanitize=fuzzer
fuzz-entries: $(FUZZ)

#: make fuzz-run   each fuzz entry under libFuzzer for FUZZ_SECONDS (60); what it finds goes to build-fuzz/
FUZZ_SECONDS ?= 60
fuzz-run: fuzz
	@for name in $(notdir $(FUZZ)); do \
	  echo "# $$name, $(FUZZ_SECONDS) s"; mkdir -p build-fuzz/found/$$name; \
	  ASAN_OPTIONS=detect_leaks=0 build-fuzz/tests/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 -verbosity=0 \
	    -artifact_prefix=build-fuzz/$$name- build-fuzz/found/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

#: make check-real the whole path against real servers (SOGo, slapd; needs root and contrib/install-packages real)
check-real: all
	POSTERN_BUILD=$(abspath $(B)) JOBS=1 tests/run real $(wildcard tests/real/*.sh)

#: make torture    full counts of kills and faults, valgrind, the thread sanitizer, a minute of each fuzz entry; about an hour
# The longest single test is the sending of 2,000 messages (tests/e2e/send.sh): some ten minutes, mostly spent waiting.
torture: need-check all $(UNIT)
	POSTERN_BUILD=$(abspath $(B)) tests/run torture $(UNIT) $(SCRIPTS)
	POSTERN_BUILD=$(abspath $(B)) TEST_WRAPPER='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp' \
	  MALLOC_PERTURB_= POSTERN_BUDGET=100 tests/run check $(filter-out %/test-exsim %/test-engine-exsim,$(UNIT))
	$(MAKE) tsan
	$(MAKE) fuzz-run

#: make demo       install what is missing, build, and open Postern on a lively mailbox
demo: deps-build
	@$(MAKE) --no-print-directory all
	@contrib/demo $(abspath $(B))

.PHONY: bench
#: make bench      the goals of docs/performance.md, beside limits and peers (contrib/install-packages bench); ROWS="F1 K" for some
ROWS ?=
bench: need-build all $(BENCH)
	@POSTERN_BUILD=$(abspath $(B)) tests/bench/run $(ROWS)

.PHONY: snap
#: make snap       draw the screens' snapshots anew, and show what changed
snap: $(filter $(B)/tests/screens/%,$(UNIT))
	@for t in $^; do SNAP=1 LC_ALL=C.UTF-8 TZ=UTC POSTERN_TOP=$(CURDIR) POSTERN_BUILD=$(abspath $(B)) $$t >/dev/null || exit 1; done
	@git --no-pager diff --stat -- tests/screens/golden

# --- what it needs -----------------------------------------------------------------------------

.PHONY: deps deps-build need-build need-check
# --- what becomes of it -------------------------------------------------------------------------

MAN_PAGES := $(wildcard man/*.[1-9])

.PHONY: man install uninstall
#: make man        make the tables of the manual pages anew, from those of the program
man: $(B)/postern
	@for page in $(MAN_PAGES); do contrib/man-tables $(B)/postern $$page > $$page.new && mv $$page.new $$page; done

# Every text that people read is marked with _(), N_() or ngettext_(); see base/i18n.h.
POT_SRC := $(sort $(wildcard src/*.c src/*/*.[ch] src/*/*.def src/*/*/*.[ch] src/*/*/*.def))
.PHONY: pot
#: make pot        the marked texts for translators, as build/postern.pot
pot: $(B)/postern.pot
$(B)/postern.pot: $(POT_SRC)
	@mkdir -p $(@D)
	xgettext --language=C --from-code=UTF-8 --keyword --keyword=_ --keyword=N_ --keyword=ngettext_:1,2 \
	  --package-name=postern --package-version=$(VERSION) --copyright-holder='the authors of Postern' --sort-by-file -o $@ $^

#: make install    program and helper, manual pages, completions, documents; to $(DESTDIR)$(PREFIX)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/postern
	install -m 755 $(B)/postern $(DESTDIR)$(PREFIX)/bin/postern
	install -D -m 755 $(B)/postern-paper $(DESTDIR)$(PREFIX)/libexec/postern/postern-paper
	install -m 644 README.md COPYING CHANGELOG.md docs/vault.md docs/store-format.md $(DESTDIR)$(PREFIX)/share/doc/postern
	for page in $(MAN_PAGES); do \
	  section=$${page##*.}; install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$$section/$${page#man/} || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(B)/postern completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/postern
	$(B)/postern completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_postern
	$(B)/postern completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/postern.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/postern $(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man?/%,$(MAN_PAGES)) \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/postern \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_postern $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/postern.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/postern $(DESTDIR)$(PREFIX)/libexec/postern

#: make deps       install every package that building and testing needs (Debian, asks apt)
deps:
	contrib/install-packages build check asan
#: make deps-build   only what building and the demo need
deps-build:
	contrib/install-packages build

need-build: | $(patsubst demo,deps-build,$(DEPS_FIRST))
	@$(PKG_CONFIG) --exists $(LIBS_POSTERN) $(LIBS_PAPER) $(LIBS_EXSIM) 2>/dev/null || { \
	  echo "postern: a library is missing; run: make deps" >&2; \
	  $(PKG_CONFIG) --print-errors --exists $(LIBS_POSTERN) $(LIBS_PAPER) $(LIBS_EXSIM) >&2; exit 1; }
need-check: need-build
	@$(PKG_CONFIG) --exists $(LIBS_TESTS) 2>/dev/null || { echo "postern: a library of the tests is missing; run: make deps" >&2; exit 1; }

.PHONY: clean longest lint fmt
clean:
	rm -rf build build-*

#: make longest    the longest functions
longest:
	@tests/lint/longest $(SRC) src/main.c

#: make lint       includes against src/FLOORS, headers alone, forbidden calls
lint:
	@for s in tests/lint/*.sh; do POSTERN_BUILD=$(abspath $(B)) bash $$s || exit 1; done

#: make fmt        break the lines over 100 columns
fmt:
	contrib/format $(SRC) src/main.c $(wildcard src/*/*.h src/*/*/*.h)
