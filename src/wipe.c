/*
 * What is freed is wiped, so that a text of the person's does not stay behind in memory that nobody
 * owns: the allocator's own free() and realloc(), with their content gone first. Libraries find these
 * as well, for a program's symbols come before theirs. Not linked under a sanitizer, which has its own,
 * nor with WIPE= (for valgrind).
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* glibc's, behind the public names. */
extern void  __libc_free(void *block);
extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);

static void wipe(void *bytes, size_t len)
{
	memset(bytes, 0, len);
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

void free(void *block)
{
	if (!block)
		return;
	wipe(block, malloc_usable_size(block));
	__libc_free(block);
}

/* A block that would move is copied here, so that the place it leaves can be wiped. */
void *realloc(void *block, size_t size)
{
	size_t before = block ? malloc_usable_size(block) : 0;

	if (!block || (size <= before && size > before / 2))
		return block ? block : __libc_malloc(size);
	if (size == 0) {
		free(block);
		return NULL;
	}
	void *moved = __libc_malloc(size);
	if (moved) {
		memcpy(moved, block, before < size ? before : size);
		free(block);
	}
	return moved;
}
