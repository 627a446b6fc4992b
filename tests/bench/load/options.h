/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The command line. */
#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

typedef enum {
	LOAD_MODE_ECHO,  /* pings, expected back */
	LOAD_MODE_FEED,  /* pings, and nothing expected: what the server says is only counted */
	LOAD_MODE_TALK,  /* callers in conversation */
	LOAD_MODE_CHURN, /* calls that come and go */
	LOAD_MODE_RAW,   /* bytes without a protocol: the floor */
} LoadMode;

typedef struct {
	LoadMode mode;
	char *url;
	char *host; /* as in the URL, for the Host header */
	char *path;
	gboolean tls, insecure;
	struct sockaddr_storage address;
	socklen_t address_size;

	gboolean l16; /* Vonage's streams: binary, linear at 16 kHz; else Twilio's */
	int calls;
	int seconds, warmup; /* the window measured, and the time before it */
	int ramp;            /* calls a second */
	int total, hold_ms;  /* churn */
	int quantum_us;
	int keys_every_ms; /* 0: never */
	int server_pid;
	char *json_path;
} LoadOptions;

const char *load_mode_get_name(LoadMode mode);
gboolean load_options_parse(LoadOptions *self, int *argc, char ***argv, GError **error);
void load_options_clear(LoadOptions *self);

G_END_DECLS
