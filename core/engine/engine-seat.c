/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sitting down, standing up. Main thread.
 */

#include "engine/engine-seat.h"

#include "engine/engine-session.h"
#include <offhook/audio.h>
#include <offhook/error.h>

static const char *
offhook_engine_seat_name_of(const OffhookEngineSeat *self, guint i)
{
	return offhook_engine_lineup_get(self->cursor.lineup, i)->use.name;
}

const char *
offhook_engine_seat_get_name(const OffhookEngineSeat *self)
{
	return offhook_engine_seat_name_of(self, self->occupant);
}

static void
offhook_engine_seat_tell_attempt(OffhookEngineSeat *self, guint i, const GError *error)
{
	g_signal_emit_by_name(self->owner, "attempt-failed", offhook_engine_seat_name_of(self, i),
			      error);
}

/* @i and, while they open no session, those after it. @error: of the last one */
static gboolean
offhook_engine_seat_sit(OffhookEngineSeat *self, gint i, GError **error)
{
	g_clear_error(error);
	while (i >= 0) {
		g_autoptr(GError) local = NULL;

		self->session = offhook_engine_lineup_open(self->cursor.lineup, (guint)i, &local);
		if (self->session != NULL) {
			self->occupant = (guint)i;
			self->connect(self->owner, self->session);
			return TRUE;
		}
		offhook_engine_seat_tell_attempt(self, (guint)i, local);
		i = offhook_engine_cursor_fail(&self->cursor, local);
		g_clear_error(error);
		g_propagate_error(error, g_steal_pointer(&local));
	}
	return FALSE;
}

static void
offhook_engine_seat_tell(OffhookEngineSeat *self, guint from, const GError *error)
{
	if (self->session != NULL && self->occupant != from)
		g_signal_emit_by_name(self->owner, "switched",
				      offhook_engine_seat_name_of(self, from),
				      offhook_engine_seat_get_name(self), error);
}

gboolean
offhook_engine_seat_init(OffhookEngineSeat *self, OffhookEngineLineup *lineup, gpointer owner,
			 void (*connect)(gpointer owner, GObject *session), GError **error)
{
	g_autoptr(GError) local = NULL;

	offhook_engine_cursor_init(&self->cursor, lineup);
	self->owner = owner;
	self->connect = connect;
	if (offhook_engine_seat_sit(self, (gint)offhook_engine_cursor_begin(&self->cursor), &local))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

void
offhook_engine_seat_clear(OffhookEngineSeat *self)
{
	offhook_engine_session_close(&self->session, self->owner);
	offhook_engine_cursor_clear(&self->cursor);
}

gboolean
offhook_engine_seat_begin(OffhookEngineSeat *self)
{
	guint from = self->occupant;
	guint wanted = offhook_engine_cursor_begin(&self->cursor);
	g_autoptr(GError) local = NULL;
	gboolean seated;

	if (self->session != NULL && wanted == from)
		return TRUE;
	offhook_engine_session_close(&self->session, self->owner);
	seated = offhook_engine_seat_sit(self, (gint)wanted, &local);
	offhook_engine_seat_tell(self, from, local);
	return seated;
}

gboolean
offhook_engine_seat_replace(OffhookEngineSeat *self, const GError *error)
{
	guint from = self->occupant;
	gint next = offhook_engine_cursor_fail(&self->cursor, error);
	g_autoptr(GError) local = NULL;
	gboolean seated;

	offhook_engine_seat_tell_samples(self);
	offhook_engine_session_close(&self->session, self->owner);
	seated = offhook_engine_seat_sit(self, next, &local);
	if (seated && self->occupant == from)
		offhook_engine_seat_tell_attempt(self, from, error);
	offhook_engine_seat_tell(self, from, error);
	return seated;
}

void
offhook_engine_seat_hush(OffhookEngineSeat *self)
{
	if (self->session != NULL)
		g_signal_handlers_disconnect_by_data(self->session, self->owner);
}

void
offhook_engine_seat_use(OffhookEngineSeat *self, const OffhookUsage *amounts)
{
	const OffhookEngineUse *use =
	    &offhook_engine_lineup_get(self->cursor.lineup, self->occupant)->use;
	OffhookUsage usage = *amounts;

	usage.role = use->role;
	usage.engine = use->name;
	g_signal_emit_by_name(self->owner, "usage", &usage);
}

void
offhook_engine_seat_add_samples(OffhookEngineSeat *self, gsize n)
{
	self->samples += n;
}

void
offhook_engine_seat_tell_samples(OffhookEngineSeat *self)
{
	const OffhookUsage usage = {.audio_us = self->samples * G_USEC_PER_SEC / OFFHOOK_RATE};

	if (self->samples == 0)
		return;
	self->samples = 0;
	offhook_engine_seat_use(self, &usage);
}

void
offhook_engine_seat_install_signal(GType type)
{
	g_signal_new("usage", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     G_TYPE_POINTER);
	g_signal_new("attempt-failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
		     G_TYPE_STRING, G_TYPE_POINTER);
	g_signal_new("switched", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
		     G_TYPE_STRING, G_TYPE_STRING, G_TYPE_POINTER);
}
