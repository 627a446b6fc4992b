/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading the command line and the URL. */

#include "options.h"

#include "mulaw.h"

#include <netdb.h>
#include <string.h>

static const char *const load_mode_names[] = {"echo", "feed", "talk", "churn", "raw"};

const char *
load_mode_get_name(LoadMode mode)
{
	return load_mode_names[mode];
}

static gboolean
load_options_fail(GError **error, const char *option, const char *expected)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: expected %s", option,
		    expected);
	return FALSE;
}

static gboolean
load_options_resolve(LoadOptions *self, const char *host, int port, GError **error)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	g_autofree char *service = g_strdup_printf("%d", port);
	struct addrinfo *found;
	int status = getaddrinfo(host, service, &hints, &found);

	if (status != 0) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", host,
			    gai_strerror(status));
		return FALSE;
	}
	memcpy(&self->address, found->ai_addr, found->ai_addrlen);
	self->address_size = found->ai_addrlen;
	freeaddrinfo(found);
	return TRUE;
}

static gboolean
load_options_read_url(LoadOptions *self, GError **error)
{
	g_autoptr(GUri) uri =
	    self->url != NULL ? g_uri_parse(self->url, G_URI_FLAGS_NONE, NULL) : NULL;
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	const char *path;

	if (!g_str_equal(scheme, "ws") && !g_str_equal(scheme, "wss") &&
	    !g_str_equal(scheme, "tcp"))
		return load_options_fail(error, "--url", "ws://, wss:// or tcp://HOST:PORT/PATH");
	if (g_uri_get_host(uri) == NULL || g_uri_get_port(uri) <= 0)
		return load_options_fail(error, "--url", "a host and a port");
	if (g_str_equal(scheme, "tcp") != (self->mode == LOAD_MODE_RAW))
		return load_options_fail(error, "--url", "tcp:// for raw, and only there");
	path = g_uri_get_path(uri);
	self->path = g_strdup(*path != '\0' ? path : "/");
	self->host = g_strdup_printf("%s:%d", g_uri_get_host(uri), g_uri_get_port(uri));
	self->tls = g_str_equal(scheme, "wss");
	return load_options_resolve(self, g_uri_get_host(uri), g_uri_get_port(uri), error);
}

static gboolean
load_options_read_mode(LoadOptions *self, const char *name, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(load_mode_names); i++) {
		if (g_strcmp0(name, load_mode_names[i]) == 0) {
			self->mode = (LoadMode)i;
			return TRUE;
		}
	}
	return load_options_fail(error, "mode", "echo, feed, talk, churn or raw");
}

static gboolean
load_options_check(LoadOptions *self, GError **error)
{
	if (self->calls < 1 || self->calls > 100000)
		return load_options_fail(error, "--calls", "1 to 100000");
	if (self->seconds < 1 || self->seconds > 3600 || self->warmup < 0 || self->warmup > 600)
		return load_options_fail(error, "--seconds, --warmup", "up to 3600, up to 600");
	if (self->ramp < 1)
		return load_options_fail(error, "--ramp-per-second", "1 or more");
	if (self->quantum_us < 10 || self->quantum_us > 10000)
		return load_options_fail(error, "--quantum-us", "10 to 10000");
	if (self->keys_every_ms != 0 &&
	    (self->mode != LOAD_MODE_FEED || self->l16 || self->keys_every_ms < LOAD_FRAME_MS ||
	     self->keys_every_ms > 3600000))
		return load_options_fail(error, "--keys-every-ms",
					 "20 to 3600000, for feed without --l16");
	if (self->mode == LOAD_MODE_CHURN && (self->total < 1 || self->hold_ms < 0))
		return load_options_fail(error, "--total, --hold-ms", "1 or more, 0 or more");
	if (self->tls && !self->insecure)
		return load_options_fail(error, "--url",
					 "--insecure with wss://: certificates "
					 "are not checked here");
	return TRUE;
}

gboolean
load_options_parse(LoadOptions *self, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
	    {"url", 0, 0, G_OPTION_ARG_STRING, &self->url, "Where the calls go", "URL"},
	    {"calls", 0, 0, G_OPTION_ARG_INT, &self->calls, "Calls at a time (100)", "N"},
	    {"concurrency", 0, 0, G_OPTION_ARG_INT, &self->calls, "The same, for churn", "N"},
	    {"seconds", 0, 0, G_OPTION_ARG_INT, &self->seconds, "Time measured (10)", "S"},
	    {"warmup", 0, 0, G_OPTION_ARG_INT, &self->warmup, "Time before that (2)", "S"},
	    {"ramp-per-second", 0, 0, G_OPTION_ARG_INT, &self->ramp, "New calls (500)", "N"},
	    {"total", 0, 0, G_OPTION_ARG_INT, &self->total, "churn: calls in all", "N"},
	    {"hold-ms", 0, 0, G_OPTION_ARG_INT, &self->hold_ms, "churn: length (500)", "MS"},
	    {"keys-every-ms", 0, 0, G_OPTION_ARG_INT, &self->keys_every_ms,
	     "feed: each caller presses 1 and # that often, which is a turn", "MS"},
	    {"quantum-us", 0, 0, G_OPTION_ARG_INT, &self->quantum_us,
	     "Sends and reads are gathered over this time (250)", "US"},
	    {"l16", 0, 0, G_OPTION_ARG_NONE, &self->l16,
	     "Vonage's streams (linear, 16 kHz) instead of Twilio's", NULL},
	    {"server-pid", 0, 0, G_OPTION_ARG_INT, &self->server_pid, "Measure it", "PID"},
	    {"insecure", 0, 0, G_OPTION_ARG_NONE, &self->insecure, "Any certificate", NULL},
	    {"json", 0, 0, G_OPTION_ARG_FILENAME, &self->json_path, "All figures", "FILE"},
	    {NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("echo|feed|talk|churn|raw");

	*self = (LoadOptions){
	    .calls = 100,
	    .seconds = 10,
	    .warmup = 2,
	    .ramp = 500,
	    .hold_ms = 500,
	    .quantum_us = 250,
	};
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_summary(context, "Plays media streams to a server and "
					      "measures, from the audio, what comes back.");
	return g_option_context_parse(context, argc, argv, error) &&
	       load_options_read_mode(self, *argc == 2 ? (*argv)[1] : NULL, error) &&
	       load_options_read_url(self, error) && load_options_check(self, error);
}

void
load_options_clear(LoadOptions *self)
{
	g_free(self->url);
	g_free(self->host);
	g_free(self->path);
	g_free(self->json_path);
}
