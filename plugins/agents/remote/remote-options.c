/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The remote agent's settings and an assistant's own values for them. Any thread.
 */

#include "remote-options.h"

#include <offhook/error.h>

const OffhookSetting offhook_remote_settings[] = {
    {"url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Where the program is: http, https, ws or wss."},
    {"secret", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "OFFHOOK_REMOTE_SECRET",
     "What requests are signed with: any text, or whsec_ and base64."},
    {"timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "8000", "100..120000", NULL,
     "How long the program may be silent before the next agent has the turn."},
    {"max-kib", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "256", "1..4096", NULL,
     "The most of one answer."},
    {"speculative", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Ask before it is certain that the caller has finished; then some questions are withdrawn."},
    {NULL},
};

static gboolean
offhook_remote_options_check_url(OffhookRemoteOptions *self, GError **error)
{
	static const char *const schemes[] = {"http", "https", "ws", "wss", NULL};
	g_autoptr(GUri) uri =
	    self->url != NULL ? g_uri_parse(self->url, G_URI_FLAGS_NONE, NULL) : NULL;
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

	if (host == NULL || *host == '\0' || !g_strv_contains(schemes, g_uri_get_scheme(uri))) {
		/* Without the value: it may hold a password. */
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[remote] url %s, expected one of http, https, ws or wss",
			    self->url == NULL ? "is missing" : "is none");
		return FALSE;
	}
	self->socket = g_str_has_prefix(g_uri_get_scheme(uri), "ws");
	return TRUE;
}

OffhookRemoteOptions *
offhook_remote_options_new(OffhookSettings *settings, GHashTable *values, GError **error)
{
	g_autoptr(OffhookSettings) all =
	    offhook_settings_override(settings, values, "remote", error);
	g_autoptr(OffhookRemoteOptions) self = NULL;

	if (all == NULL)
		return NULL;
	self = g_new0(OffhookRemoteOptions, 1);
	g_atomic_ref_count_init(&self->ref_count);
	self->url = offhook_settings_dup_string(all, "url");
	self->secret = offhook_settings_dup_string(all, "secret");
	self->timeout_ms = (guint)offhook_settings_get_integer(all, "timeout-ms");
	self->max_size = (gsize)offhook_settings_get_integer(all, "max-kib") * 1024;
	self->speculative = offhook_settings_get_boolean(all, "speculative");
	if (!offhook_remote_options_check_url(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

OffhookRemoteOptions *
offhook_remote_options_ref(OffhookRemoteOptions *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_remote_options_unref(OffhookRemoteOptions *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->url);
	g_free(self->secret);
	g_free(self);
}
