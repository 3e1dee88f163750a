#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>

#include "base/error.h"
#include "base/i18n.h"

struct Secret {
	gint     refs;
	size_t   len, mapped;
	uint8_t *bytes; /* pages of its own, so that locking and hiding them hits nothing else */
};

static Secret *secret_alloc(size_t len)
{
	Secret *secret = g_new0(Secret, 1);

	secret->refs = 1;
	secret->len = len;
	secret->mapped = (len + 1 + 4095) & ~(size_t)4095;
	secret->bytes = mmap(NULL, secret->mapped, PROT_READ | PROT_WRITE,
	                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (secret->bytes == MAP_FAILED)
		g_error("out of memory for a secret of %zu bytes", len);
	/* Both may be refused by a limit of the machine; the secret still works, less hidden. */
	(void)mlock(secret->bytes, secret->mapped);
	(void)madvise(secret->bytes, secret->mapped, MADV_DONTDUMP);
	return secret;
}

Secret *secret_new(const void *bytes, size_t len)
{
	Secret *secret = secret_alloc(len);

	if (len)
		memcpy(secret->bytes, bytes, len);
	return secret;
}

Secret *secret_new_random(size_t len, GError **err)
{
	g_autoptr(Secret) secret = secret_alloc(len);

	for (size_t done = 0; done < len;) {
		ssize_t n = getrandom(secret->bytes + done, len - done, 0);
		if (n < 0 && errno != EINTR) {
			fail_errno(err, errno, _("the system gives no random numbers"));
			return NULL;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	return g_steal_pointer(&secret);
}

Secret *secret_ref(Secret *secret)
{
	g_atomic_int_inc(&secret->refs);
	return secret;
}

void secret_unref(Secret *secret)
{
	if (!secret || !g_atomic_int_dec_and_test(&secret->refs))
		return;
	secret_wipe(secret->bytes, secret->mapped);
	munmap(secret->bytes, secret->mapped);
	g_free(secret);
}

const uint8_t *secret_bytes(const Secret *secret) { return secret->bytes; }
size_t         secret_len(const Secret *secret) { return secret->len; }

bool secret_equal(const Secret *a, const Secret *b)
{
	volatile uint8_t difference = 0;

	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		difference |= a->bytes[i] ^ b->bytes[i];
	return !difference;
}

void secret_wipe(void *bytes, size_t len)
{
	if (bytes && len)
		explicit_bzero(bytes, len);
}

void secret_harden_process(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}
