/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every provider's driver must manage, played against its emulator.
 */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

typedef struct _Scenario Scenario;

/** What a provider is to the scenarios. "@DIR@" in texts is the test's directory. */
typedef struct {
	const char *name;          /* of the driver */
	const char *emulator;      /* program, below the build's root */
	const char *arguments;     /* of the emulator: the account */
	const char *section;       /* of the configuration: the driver and the account */
	const char *patient;       /* instead of its own: a slow daemon has time for its replies */
	const char *wrong_account; /* more of it, with which nothing is allowed */
	const char *openapi;       /* file in tests/data */
	const char *beside;        /* regular expression: what is documented elsewhere */
	/* In the log of requests: */
	const char *create;       /* a call is placed */
	const char *timeout_30;   /* which may ring for half a minute */
	const char *from_7;       /* from +15550100007 */
	const char *withdraw;     /* one that rings is taken back */
	const char *detect;       /* machines are looked for */
	const char *detect_async; /* beside the conversation */
	gboolean recordings_tell; /* that they have begun; they can be paused, and deleted */
	void (*prepare)(Scenario *self);
} Provider;

struct _Scenario {
	Fixture base;
	const Provider *provider;
	const char *server;  /* (nullable): more of [server] */
	gboolean maybe_none; /* the driver need not send anything to the REST interface */
	GSubprocess *emulator;
	GDataInputStream *output;
	char *api_url; /* a line of configuration */
	char *requests;
	Listener *listener;
};

/** Adds those that every provider has. */
void scenario_add_all(const Provider *provider);
/** Adds one as /PROVIDER/@name. */
void scenario_add(const Provider *provider, const char *name,
		  void (*func)(Scenario *self, gconstpointer data));

/**
 * Starts emulator and daemon. @script: how the other side behaves, shell words; @more: of the
 * driver's section, if need be instead of what stands there, then the assistants
 */
void scenario_start(Scenario *self, const char *script, const char *more);

void scenario_set_up(Scenario *self, gconstpointer data);
void scenario_tear_down(Scenario *self, gconstpointer data);

/** Looks at every request in the file @path. */
void scenario_validate(Scenario *self, const char *path);

/** @options: (nullable): of the call, without braces. (transfer full) */
JsonObject *scenario_initiate(Scenario *self, const char *number, const char *options,
			      guint status);
/** (transfer full): the call's id */
char *scenario_place(Scenario *self, const char *number, const char *options);
void scenario_act(Scenario *self, const char *id, const char *action, const char *body,
		  guint status);
/** Waits for the @n-th event of @type; (transfer none): @field of it */
const char *scenario_get(Listener *listener, const char *type, guint n, const char *field);
/** Waits for the @n-th call to end, with @status. */
void scenario_assert_ends(Scenario *self, guint n, const char *status);
/** The same of @message after @n events of messages; returns: how many there were by then */
guint scenario_assert_message_ends(Scenario *self, guint n, JsonObject *message,
				   const char *status);
guint scenario_count_events(Scenario *self, const char *type);
/** How often @text is in the log of requests. */
guint scenario_count_requests(Scenario *self, const char *text);
/** How often a call to @number (or one that begins so) was asked for. */
guint scenario_count_creations(Scenario *self, const char *number);

G_END_DECLS
