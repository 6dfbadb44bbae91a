#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Macros that Swift cannot import because they are built from others. */
static const int martlet_evp_pkey_public_key = EVP_PKEY_PUBLIC_KEY;

/* RFC 2253 names with their UTF-8 as it is, which is what RFC 4514 made of them. */
static const unsigned long martlet_xn_flag_rfc4514 = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;

/* Stacks are reached through macros. */
static inline int martlet_general_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline const GENERAL_NAME *martlet_general_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
