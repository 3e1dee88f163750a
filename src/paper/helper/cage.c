#include "paper/helper/cage.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { CPU_S = 5, MEMORY_BYTES = 768 << 20 };

/* CPU: the picture has this long. FSIZE and NPROC would be the kernel's own answer, did the filter
 * have a hole. */
static bool set_limits(void)
{
	static const struct { int what; rlim_t most; } limits[] = {
		{ RLIMIT_CPU, CPU_S },  { RLIMIT_AS, MEMORY_BYTES }, { RLIMIT_NOFILE, 3 },
		{ RLIMIT_FSIZE, 0 },    { RLIMIT_NPROC, 0 },         { RLIMIT_CORE, 0 },
		{ RLIMIT_MEMLOCK, 0 },  { RLIMIT_MSGQUEUE, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
		const struct rlimit limit = { limits[i].most, limits[i].most };
		if (setrlimit(limits[i].what, &limit) != 0)
			return false;
	}
	return true;
}

/* Memory, the two pipes, the clock, and the end. All else is answered by EPERM. */
static bool allow_little(scmp_filter_ctx filter)
{
	static const int plain[] = {
		SCMP_SYS(read),         SCMP_SYS(write),          SCMP_SYS(close),
		SCMP_SYS(munmap),       SCMP_SYS(mremap),         SCMP_SYS(brk),
		SCMP_SYS(madvise),      SCMP_SYS(futex),          SCMP_SYS(clock_gettime),
		SCMP_SYS(gettimeofday), SCMP_SYS(rt_sigreturn),   SCMP_SYS(restart_syscall),
		SCMP_SYS(exit),         SCMP_SYS(exit_group),
	};
	static const int mapping[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };

	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0) != 0)
			return false;
	/* Nothing that was data becomes code. */
	for (gsize i = 0; i < G_N_ELEMENTS(mapping); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, mapping[i], 1,
		                     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
			return false;
	return true;
}

static bool load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool ok = filter && allow_little(filter) && seccomp_load(filter) == 0;

	if (filter)
		seccomp_release(filter);
	return ok;
}

bool cage_shut(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && set_limits() && load_filter();
}
