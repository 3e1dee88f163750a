#include "app/file_type.h"

#include <glib.h>
#include <string.h>

#include "base/text.h"

typedef struct { const char *ending, *type; } FileType;

static const FileType file_types[] = {
#define FILE_TYPE(ending, type) { "." ending, type },
#include "app/file_types.def"
#undef FILE_TYPE
};

const char *file_type_of_name(const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	for (size_t i = 0; dot && i < G_N_ELEMENTS(file_types); i++)
		if (text_equal_ascii_case(dot, file_types[i].ending))
			return file_types[i].type;
	return NULL;
}

const char *file_type_ending(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(file_types); i++)
		if (strcmp(file_types[i].type, type) == 0)
			return file_types[i].ending;
	return "";
}
