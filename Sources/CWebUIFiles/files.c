// Embeds every file of files/; a new file is one array and one line in the table.
#include "CWebUIFiles.h"

static const unsigned char layout[] = {
#embed "files/layout.mustache"
};
static const unsigned char fields_error[] = {
#embed "files/fields-error.mustache"
};
static const unsigned char fields_hidden[] = {
#embed "files/fields-hidden.mustache"
};
static const unsigned char fields_rules[] = {
#embed "files/fields-rules.mustache"
};
static const unsigned char login[] = {
#embed "files/login.mustache"
};
static const unsigned char signup[] = {
#embed "files/signup.mustache"
};
static const unsigned char consent[] = {
#embed "files/consent.mustache"
};
static const unsigned char error[] = {
#embed "files/error.mustache"
};
static const unsigned char logout[] = {
#embed "files/logout.mustache"
};
static const unsigned char message[] = {
#embed "files/message.mustache"
};
static const unsigned char password_reset_request[] = {
#embed "files/password-reset-request.mustache"
};
static const unsigned char password_reset[] = {
#embed "files/password-reset.mustache"
};
static const unsigned char form_post[] = {
#embed "files/form-post.mustache"
};
static const unsigned char web_message[] = {
#embed "files/web-message.mustache"
};
static const unsigned char stylesheet[] = {
#embed "files/martlet.css"
};
static const unsigned char script[] = {
#embed "files/martlet.js"
};
static const unsigned char icon[] = {
#embed "files/martlet.svg"
};

#define FILE_ENTRY(name, array) { name, array, sizeof(array) }

static const martlet_web_file files[] = {
    FILE_ENTRY("layout.mustache", layout),
    FILE_ENTRY("fields-error.mustache", fields_error),
    FILE_ENTRY("fields-hidden.mustache", fields_hidden),
    FILE_ENTRY("fields-rules.mustache", fields_rules),
    FILE_ENTRY("login.mustache", login),
    FILE_ENTRY("signup.mustache", signup),
    FILE_ENTRY("consent.mustache", consent),
    FILE_ENTRY("error.mustache", error),
    FILE_ENTRY("logout.mustache", logout),
    FILE_ENTRY("message.mustache", message),
    FILE_ENTRY("password-reset-request.mustache", password_reset_request),
    FILE_ENTRY("password-reset.mustache", password_reset),
    FILE_ENTRY("form-post.mustache", form_post),
    FILE_ENTRY("web-message.mustache", web_message),
    FILE_ENTRY("martlet.css", stylesheet),
    FILE_ENTRY("martlet.js", script),
    FILE_ENTRY("martlet.svg", icon),
};

long martlet_web_file_count(void) { return sizeof(files) / sizeof(files[0]); }

martlet_web_file martlet_web_file_at(long index) { return files[index]; }
