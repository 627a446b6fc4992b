/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A whole media session between a fake port and the test, with real speech
 * (tests/data/book-a-table.ul, spoken from 0.8 to 2.25 s), on a clock stepped by hand.
 */
#pragma once

#include "media/session.h"

#include "fake-port.h"
#include <harness.h>

G_BEGIN_DECLS

#define MS       1000
#define FEATURES (OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR | OFFHOOK_MEDIA_DTMF_EVENTS)

typedef struct {
	OffhookClock *clock;
	OffhookMediaThread *thread;
	FakePort *port;
	OffhookMediaSession *session;
	char *speech;
	gsize speech_size;

	/* what was said to us */
	GString *events;
	gint64 began_us;
	gint64 ended_us;
	guint speech_ms;
	gboolean overlap;
	guint piece;
	guint heard_ms;
	gsize speech_bytes;
	GError *error;

	/* for the media thread */
	const guint8 *data; /* 20 ms to be heard; NULL for silence */
	gint64 timestamp_ms;
	gboolean quiet_line; /* nothing is heard, not even silence */
	gboolean synced;     /* atomic */
} OffhookTestSession;

static const OffhookMediaSessionConfig defaults = OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT;

/** The media thread has done all it was told, and we have heard of it. */
void offhook_test_session_sync(OffhookTestSession *self);
/** 20 ms pass. @data: what is heard; %NULL: silence */
void offhook_test_session_step(OffhookTestSession *self, const guint8 *data);
void offhook_test_session_pass(OffhookTestSession *self, guint ms);
/** The caller says what is between two places of the speech file. */
void offhook_test_session_say(OffhookTestSession *self, guint from_ms, guint to_ms);
gint64 offhook_test_session_now(OffhookTestSession *self);
/** The far end begins; for the media thread. */
void offhook_test_session_start_cb(gpointer data);
/** With a fake port; there is no session yet. */
void offhook_test_session_begin(OffhookTestSession *self, OffhookMediaFeatures features);
void offhook_test_session_open(OffhookTestSession *self);
/** All of it, on a line with marks, clearing and keys. */
void offhook_test_session_configured(OffhookTestSession *self,
				     const OffhookMediaSessionConfig *config);
void offhook_test_session_end(OffhookTestSession *self);
/** @ms of a tone as the agent's voice. */
gboolean offhook_test_session_play(OffhookTestSession *self, guint piece, guint ms);
void offhook_test_session_end_piece(OffhookTestSession *self, guint piece);

/* GLib makes some things once: made before there are threads, as the thread checker can't follow that. */
void offhook_test_session_prepare(void);

G_END_DECLS
