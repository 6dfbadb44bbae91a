// Embeds every file of files/; a new file is one array and one line in the table.
#include "CWebUIFiles.h"

static const unsigned char layout[] = {
#embed "files/parts/layout.mustache"
};
static const unsigned char fields_access[] = {
#embed "files/parts/fields-access.mustache"
};
static const unsigned char fields_application_links[] = {
#embed "files/parts/fields-application-links.mustache"
};
static const unsigned char fields_application_logo[] = {
#embed "files/parts/fields-application-logo.mustache"
};
static const unsigned char fields_error[] = {
#embed "files/parts/fields-error.mustache"
};
static const unsigned char fields_hidden[] = {
#embed "files/parts/fields-hidden.mustache"
};
static const unsigned char fields_members[] = {
#embed "files/parts/fields-members.mustache"
};
static const unsigned char fields_rules[] = {
#embed "files/parts/fields-rules.mustache"
};
static const unsigned char fields_unverified[] = {
#embed "files/parts/fields-unverified.mustache"
};
static const unsigned char login[] = {
#embed "files/pages/login.mustache"
};
static const unsigned char signup[] = {
#embed "files/pages/signup.mustache"
};
static const unsigned char consent[] = {
#embed "files/pages/consent.mustache"
};
static const unsigned char error[] = {
#embed "files/pages/error.mustache"
};
static const unsigned char logout[] = {
#embed "files/pages/logout.mustache"
};
static const unsigned char message[] = {
#embed "files/pages/message.mustache"
};
static const unsigned char password_reset_request[] = {
#embed "files/pages/password-reset-request.mustache"
};
static const unsigned char password_reset[] = {
#embed "files/pages/password-reset.mustache"
};
static const unsigned char form_post[] = {
#embed "files/pages/form-post.mustache"
};
static const unsigned char web_message[] = {
#embed "files/pages/web-message.mustache"
};
static const unsigned char login_callback[] = {
#embed "files/pages/login-callback.mustache"
};
static const unsigned char activate[] = {
#embed "files/pages/activate.mustache"
};
static const unsigned char device_confirm[] = {
#embed "files/pages/device-confirm.mustache"
};
static const unsigned char backchannel_approval[] = {
#embed "files/pages/backchannel-approval.mustache"
};
static const unsigned char frontchannel_logout[] = {
#embed "files/pages/frontchannel-logout.mustache"
};
static const unsigned char session_iframe[] = {
#embed "files/pages/session-iframe.mustache"
};
static const unsigned char stylesheet[] = {
#embed "files/assets/martlet.css"
};
static const unsigned char script[] = {
#embed "files/assets/martlet.js"
};
static const unsigned char icon[] = {
#embed "files/assets/martlet.svg"
};

#define FILE_ENTRY(name, array) { name, array, sizeof(array) }

static const martlet_web_file files[] = {
    FILE_ENTRY("layout.mustache", layout),
    FILE_ENTRY("fields-access.mustache", fields_access),
    FILE_ENTRY("fields-application-links.mustache", fields_application_links),
    FILE_ENTRY("fields-application-logo.mustache", fields_application_logo),
    FILE_ENTRY("fields-error.mustache", fields_error),
    FILE_ENTRY("fields-hidden.mustache", fields_hidden),
    FILE_ENTRY("fields-members.mustache", fields_members),
    FILE_ENTRY("fields-rules.mustache", fields_rules),
    FILE_ENTRY("fields-unverified.mustache", fields_unverified),
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
    FILE_ENTRY("login-callback.mustache", login_callback),
    FILE_ENTRY("activate.mustache", activate),
    FILE_ENTRY("device-confirm.mustache", device_confirm),
    FILE_ENTRY("backchannel-approval.mustache", backchannel_approval),
    FILE_ENTRY("frontchannel-logout.mustache", frontchannel_logout),
    FILE_ENTRY("session-iframe.mustache", session_iframe),
    FILE_ENTRY("martlet.css", stylesheet),
    FILE_ENTRY("martlet.js", script),
    FILE_ENTRY("martlet.svg", icon),
};

long martlet_web_file_count(void) { return sizeof(files) / sizeof(files[0]); }

martlet_web_file martlet_web_file_at(long index) { return files[index]; }
