/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The emulator of a service that engines use, as a program of its own: it is started, asked what it
 * counted, told what is to go wrong, and ended. Main thread of the test.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _Service Service;

/** @name: of the emulator; @arguments: of it, shell words */
Service *service_start(const char *name, const char *arguments);
/** Ends it; it must have found nothing wrong with what it was sent. */
void service_stop(Service *self);
/** For what must be refused: ends it without asking what it thinks. */
void service_abandon(Service *self);

/** The address that it printed for base-url. */
const char *service_get_base_url(Service *self);
/** All that it tells of itself. (transfer full) */
JsonObject *service_get_state(Service *self);
/** One number of that. */
gint64 service_count(Service *self, const char *what);
/** Waits until it counts @n of them. */
void service_wait_for_count(Service *self, const char *what, gint64 n);
/** ... or more. */
void service_wait_for_more(Service *self, const char *what, gint64 n);
/** Of a language model: the body of the last request. (transfer full) */
JsonObject *service_read_question(Service *self);
/** The messages of that from number @from on, each as a line "role: content". (transfer full) */
char *service_read_talk(Service *self, guint from);
/** From now on that goes wrong: "stall", "none", "429?times=1". */
void service_set_fault(Service *self, const char *fault);

/**
 * Deadlines for faults that are to be noticed: tests wait for them, but what is no fault must be in time on a
 * machine that is busy.
 */
#define SERVICE_DEADLINE_MS 2500

G_END_DECLS
