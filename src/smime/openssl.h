/* smime/openssl: OpenSSL's lives, for g_autoptr; and its bytes and ours. Internal to smime/. */
#pragma once
#include <glib.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

typedef STACK_OF(X509) CertificateStack;

static inline void certificate_stack_free(CertificateStack *stack)
{
	sk_X509_pop_free(stack, X509_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS12, PKCS12_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_CRL, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CertificateStack, certificate_stack_free)

/* Reads from @bytes, which must outlive it and be shorter than 2 GB. */
BIO *bio_over(GBytes *bytes);

/* Reads @bio to its end; NULL if it fails. The caller's. */
GBytes *bio_drain(BIO *bio);

/* In DER; the caller's. */
GBytes *cms_der(const CMS_ContentInfo *cms);

/* Why OpenSSL failed, in its own words; its list of errors is empty then. Never freed. */
const char *openssl_reason(void);
