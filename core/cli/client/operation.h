/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What can be done with a running server, whichever door it goes through: D-Bus, which knows who asks and
 * needs no token, or REST. Each operation says what it is called at both.
 */
#pragma once

#include "cli/client/client.h"

G_BEGIN_DECLS

/** What an operation is done to. */
typedef enum {
	OFFHOOK_SUBJECT_SERVER,
	OFFHOOK_SUBJECT_CALL,   /* an id, or the end of one */
	OFFHOOK_SUBJECT_PLUGIN, /* a name */
} OffhookSubject;

typedef struct {
	const char *name; /* what the reply calls it */
	OffhookSubject subject;
	const char *interface; /* of D-Bus, below ours: "Call" */
	const char *method;    /* of it; its arguments are, in order, ... */
	const char *fields[2]; /* ... these members of the request; "*": all others, as options */
	const char *verb;      /* of REST; %NULL: only D-Bus can */
	const char *path;      /* of REST; of a call what follows its id: "hold" */
	const char *otherwise; /* (nullable): how it is done where there is no bus */
} OffhookOperation;

/** A door. */
typedef struct {
	const char *name;
	/**
	 * Does it. @subject: (nullable): for the server; @body: (transfer none). (transfer full): what came
	 * of it, as an object; %OFFHOOK_ERROR_UNAVAILABLE: the door is not there
	 */
	JsonObject *(*invoke)(OffhookClient *client, const OffhookOperation *operation,
			      const char *subject, JsonObject *body, GError **error);
} OffhookTransport;

extern const OffhookTransport offhook_transport_dbus;
extern const OffhookTransport offhook_transport_rest;

/**
 * Does it through the door that the client's transport names, else through D-Bus where that is and may, else
 * through REST. The error tells what was tried.
 */
JsonObject *offhook_operation_run(OffhookClient *client, const OffhookOperation *operation,
				  const char *subject, JsonObject *body, GError **error);

G_END_DECLS
