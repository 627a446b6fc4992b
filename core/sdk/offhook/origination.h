/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Placing a call so that no phone rings twice. It waits for its turn and is asked for once. When the
 * answer does not come, nobody knows whether the call exists: then it is looked for in the provider's
 * list, a few times with growing pauses, by its numbers. For drivers whose provider has such a list.
 * Main thread.
 */
#pragma once

#include <offhook/driver.h>

G_BEGIN_DECLS

/** A call on its way. Lives until its task is answered. */
typedef struct _OffhookOrigination OffhookOrigination;

/** What became of it. */
typedef enum {
	OFFHOOK_ORIGINATION_PLACED, /* the provider has it */
	OFFHOOK_ORIGINATION_FAILED, /* it has never been */
	/* Nobody knows, and nobody wants it any more: its first report is to end it. */
	OFFHOOK_ORIGINATION_UNKNOWN,
} OffhookOriginationOutcome;

/** What the driver does for it. Static data. The driver may have forgotten the call meanwhile. */
typedef struct {
	const char *provider; /* how errors call it: "Acme" */

	/* Its turn has come. Ends in offhook_origination_answer() or offhook_origination_fail(). */
	void (*place)(OffhookOrigination *self, gpointer data);
	/* Asks for the list. offhook_origination_consider() each, then _looked_up(). */
	void (*look_up)(OffhookOrigination *self, gpointer data);

	/* %FALSE: it is to end before it was placed, or it is forgotten. */
	gboolean (*is_wanted)(OffhookDriver *driver, const char *call_id);
	/* The provider's name of it, when a report has told. (transfer none) (nullable) */
	const char *(*get_name)(OffhookDriver *driver, const char *call_id);
	/* How it ended; once, before the task is answered. @name: of one that is placed. */
	void (*settle)(OffhookDriver *driver, const char *call_id,
		       OffhookOriginationOutcome outcome, const char *name);
	GDestroyNotify free_data; /* (nullable) */
} OffhookOriginationFuncs;

/** The call. Borrowed. */
typedef struct {
	const char *call_id;
	const char *to; /* as the provider's list writes it */
	const char *from;
	guint max_pause_ms; /* the longest before the next look-up; they begin with half a second */
} OffhookOriginationCall;

/**
 * offhook_origination_start:
 * @funcs: static
 * @call: (transfer none)
 * @data: (transfer full): for `place` and `look_up`
 * @pacer: (transfer none): whose turn it waits for
 * @task: (transfer full): its source is the driver. Cancelling counts while it waits, not later
 *
 * The task's result is the provider's name of the call. Errors: why it was refused or could not be
 * asked for, %OFFHOOK_ERROR_INVALID_STATE when nobody wanted it any more as its turn came,
 * %OFFHOOK_ERROR_TIMED_OUT when it could not be found out whether it exists.
 */
void offhook_origination_start(const OffhookOriginationFuncs *funcs,
			       const OffhookOriginationCall *call, gpointer data,
			       OffhookPacer *pacer, GTask *task);

/* (transfer none) */
/**
 * offhook_origination_get_driver:
 * offhook_origination_get_call_id:
 *
 * The driver whose call it is, and our id of the call. (transfer none)
 */
OffhookDriver *offhook_origination_get_driver(OffhookOrigination *self);
const char *offhook_origination_get_call_id(OffhookOrigination *self);

/**
 * offhook_origination_answer:
 * @name: (nullable): the provider's name of the call
 * @status: the HTTP status of the answer; 0 for none
 * @error: (nullable) (transfer full): why there is no name
 *
 * What the provider answered. Without a name, a refusal (4xx) and %OFFHOOK_ERROR_UNAVAILABLE (it was
 * never sent) are certain; anything else leaves it open, and the call is looked up.
 */
void offhook_origination_answer(OffhookOrigination *self, const char *name, guint status,
				GError *error);
/** It was certainly not placed. @error: (transfer full) */
void offhook_origination_fail(OffhookOrigination *self, GError *error);

/**
 * offhook_origination_consider:
 * @name: (nullable): of a call in the provider's list
 * @to: (nullable): whom it rings, as the provider writes it
 * @from: (nullable)
 *
 * It is alive and none that the driver knows: could it be this one? Of two that could, neither is
 * taken, for the wrong one would be worse than none.
 */
void offhook_origination_consider(OffhookOrigination *self, const char *name, const char *to,
				  const char *from);
/** The list is at its end, or there was none. */
void offhook_origination_looked_up(OffhookOrigination *self);

G_END_DECLS
