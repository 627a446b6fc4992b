/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon as the command line sees it: an address, a token, requests.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "config/config.h"

G_BEGIN_DECLS

typedef struct {
	OffhookConfig *config; /* the daemon's, as far as it can be read */
	SoupSession *session;
	char *url;                    /* "http://127.0.0.1:3000" */
	char *token;                  /* (nullable) */
	GTlsCertificate *certificate; /* (nullable): the daemon's own, which nobody else may know */
	gboolean json;                /* --json: print what the daemon said */
	gboolean named;               /* the daemon's address was given, not found */
	gboolean token_given;         /* and so was the token */
	const char *transport;        /* (nullable): "auto", "dbus", "rest" */
	char *config_path;            /* (nullable): --config */
} OffhookClient;

/**
 * offhook_client_new:
 * @url, @token, @config_path: (nullable): found from the configuration and the state directory
 */
OffhookClient *offhook_client_new(const char *url, const char *token, const char *config_path);
void offhook_client_free(OffhookClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookClient, offhook_client_free)

/** @body: (nullable) (transfer none). (transfer full); an error reply becomes a GError,
 * and so does a server that is not there: %OFFHOOK_ERROR_UNAVAILABLE, and what is no answer of ours (answer.h):
 * %OFFHOOK_ERROR_FORMAT. */
JsonObject *offhook_client_request(OffhookClient *self, const char *method, const char *path,
				   JsonObject *body, GError **error);

/** What the body of a refused request says. Always %FALSE. */
gboolean offhook_client_read_refusal(SoupMessage *msg, GInputStream *body, GError **error);

/** Writes what is at @path to @stream, as it comes. Half of it is an error. */
gboolean offhook_client_download(OffhookClient *self, const char *path, GOutputStream *stream,
				 GError **error);
/** The same to a file, which is there when all of it is. */
gboolean offhook_client_save(OffhookClient *self, const char *path, const char *file,
			     GError **error);

/** With the token, for /ws. (transfer full) (nullable): the URL is none. */
SoupMessage *offhook_client_make_message(OffhookClient *self, const char *method, const char *path,
					 GError **error);

/** %OFFHOOK_ERROR_UNAVAILABLE: the server can't be talked to, for @reason. */
void offhook_client_set_unreachable(OffhookClient *self, const GError *reason, GError **error);

/** Adds "?name=value" or "&name=value", escaped. @value: (nullable): then nothing */
void offhook_client_add_parameter(GString *path, const char *name, const char *value);
void offhook_client_add_limit(GString *path, guint limit);

/** Whether a call that stands so is in progress. */
gboolean offhook_client_is_live(const char *status);

/** "-" for an absent or null member. (transfer none) */
const char *offhook_client_get(JsonObject *object, const char *field);

/** Prints @object as JSON in one line. */
void offhook_client_print_line(JsonObject *object);
/** Prints @object as JSON when --json was given. */
gboolean offhook_client_print_json(OffhookClient *self, JsonObject *object);

G_END_DECLS
