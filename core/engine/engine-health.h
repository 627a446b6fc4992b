/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How the engines are: a circuit breaker for each engine, role and set of options, fed by the
 * sessions of all calls, and probes that find out when one that failed works again. One
 * OffhookEngineHealth per daemon. Main thread.
 *
 * Signal changed (OffhookHealthRecord *): the breaker's state is another one.
 */
#pragma once

#include "engine/engine-breaker.h"
#include <json-glib/json-glib.h>
#include <offhook/engine.h>

G_BEGIN_DECLS

/** The health of one engine in one role. Counted: whoever uses the engine holds it. */
typedef struct _OffhookHealthRecord OffhookHealthRecord;

#define OFFHOOK_TYPE_ENGINE_HEALTH (offhook_engine_health_get_type())
G_DECLARE_FINAL_TYPE(OffhookEngineHealth, offhook_engine_health, OFFHOOK, ENGINE_HEALTH, GObject)

/** @config: (nullable): the defaults */
OffhookEngineHealth *offhook_engine_health_new(const OffhookBreakerConfig *config);

/** What sessions of an engine are opened with, and what its health is kept by. Borrowed. */
typedef struct {
	OffhookEngineRoles role; /* exactly one */
	const char *name;        /* as the configuration calls the engine */
	OffhookEngine *engine;
	const char *language; /* BCP 47 */
	const char *voice;    /* (nullable) */
	GHashTable *options;  /* (nullable): name -> value */
} OffhookEngineUse;

/**
 * The record of @use, made when there is none. Uses that differ in language or voice only share
 * one; those with another object or other options may speak to another server and do not.
 * (transfer full)
 */
OffhookHealthRecord *offhook_engine_health_get(OffhookEngineHealth *self,
					       const OffhookEngineUse *use);
OffhookHealthRecord *offhook_health_record_ref(OffhookHealthRecord *self);
void offhook_health_record_unref(OffhookHealthRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHealthRecord, offhook_health_record_unref)

/** A session did what it was asked. */
void offhook_health_record_succeed(OffhookHealthRecord *self);
/** It did not. Errors that are the asker's fault, not the engine's, do not count. */
void offhook_health_record_fail(OffhookHealthRecord *self, const GError *error);
/** Whether a session may be asked. */
gboolean offhook_health_record_is_usable(OffhookHealthRecord *self);
/** When it last worked, monotonic; 0 for never. */
gint64 offhook_health_record_get_success_time(OffhookHealthRecord *self);

/** For people. Borrowed, until the next change. */
typedef struct {
	const char *engine;
	const char *role;  /* "stt", "tts" or "llm" */
	const char *state; /* "closed", "open" or "half-open" */
	guint failures;    /* in the last half minute */
	const char *error; /* (nullable): API code of the last failure since it last worked */
} OffhookHealthStatus;

void offhook_health_record_get_status(OffhookHealthRecord *self, OffhookHealthStatus *status);
/** As events and /health/detailed show it. (transfer full) */
JsonObject *offhook_health_status_to_json(const OffhookHealthStatus *status);
/** All records, by role and name. (transfer container) (element-type OffhookHealthRecord) */
GPtrArray *offhook_engine_health_list(OffhookEngineHealth *self);

/** Settings have changed: what fails is probed now. */
void offhook_engine_health_hurry(OffhookEngineHealth *self);

/** Whether an engine's @error is the asker's fault: the engine has done what it should. */
gboolean offhook_engine_error_is_innocent(const GError *error);

/** "stt", "tts", "llm", "embed": what the configuration calls @role. */
const char *offhook_engine_role_to_string(OffhookEngineRoles role);

G_END_DECLS
