/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The place of an engine in a supervised session: whose session sits there, and who takes it when
 * that one fails. For embedding in an object that has the signal
 *   switched (const char *from, const char *to, const GError *): %NULL: it came back
 * which is emitted when the replacement sits, and
 *   usage (const OffhookUsage *): what an engine was asked for; the struct is the emitter's. Handlers
 *     must not change what the session does. Main thread.
 */
#pragma once

#include "engine/engine-lineup.h"
#include "engine/usage.h"

G_BEGIN_DECLS

/** Read-only for whoever embeds it. */
typedef struct {
	OffhookEngineCursor cursor;
	GObject *session; /* (nullable): nobody works */
	guint occupant;   /* whose session that is, or was */
	guint64 samples;  /* that it was given, and nobody was told of */
	gpointer owner;   /* borrowed */
	void (*connect)(gpointer owner, GObject *session);
} OffhookEngineSeat;

/**
 * offhook_engine_seat_init:
 * @owner: (transfer none): contains the seat; the data of the handlers that @connect connects
 *
 * Seats the first engine that opens a session. Returns: %FALSE when none does; then the seat is to be
 * cleared all the same
 */
gboolean offhook_engine_seat_init(OffhookEngineSeat *self, OffhookEngineLineup *lineup,
				  gpointer owner, void (*connect)(gpointer owner, GObject *session),
				  GError **error);
void offhook_engine_seat_clear(OffhookEngineSeat *self);

/** A turn begins: whoever is wanted most of those that work sits down. %FALSE: nobody does. */
gboolean offhook_engine_seat_begin(OffhookEngineSeat *self);
/** The one there has failed: its session goes, and the next one sits down. %FALSE: nobody is left. */
gboolean offhook_engine_seat_replace(OffhookEngineSeat *self, const GError *error);
/** Nothing more is heard of the session; it goes with the next replace(). */
void offhook_engine_seat_hush(OffhookEngineSeat *self);

/** Tells what the engine there was asked for; of @amounts neither role nor name counts. */
void offhook_engine_seat_use(OffhookEngineSeat *self, const OffhookUsage *amounts);
/** The same for audio, which comes in pieces: adds to it, and tells all of it. */
void offhook_engine_seat_add_samples(OffhookEngineSeat *self, gsize n);
void offhook_engine_seat_tell_samples(OffhookEngineSeat *self);

/** The name of the engine that sits there. (transfer none) */
const char *offhook_engine_seat_get_name(const OffhookEngineSeat *self);

/** Adds the signals `switched` and `usage` to a class. */
void offhook_engine_seat_install_signal(GType type);

G_END_DECLS
