/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What goes over the socket: the service's messages taken apart, ours put together. Pure functions.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A character of a text and when it sounds, in ms from the beginning of its piece of audio. */
typedef struct {
	gunichar character;
	guint start_ms;
	guint end_ms;
} OffhookElevenlabsTime;

typedef struct {
	char *context;     /* (nullable) */
	GBytes *audio;     /* (nullable): as it was encoded by the service */
	GArray *times;     /* (nullable): of OffhookElevenlabsTime, of the text as it was sent */
	gboolean is_final; /* nothing follows in this context */
	char *fault;       /* (nullable): it is an error: the service's word for it ... */
	char *explanation; /* (nullable): ... and what it says */
} OffhookElevenlabsMessage;

/**
 * offhook_elevenlabs_message_parse:
 * @self: (out caller-allocates): also to be cleared after a failure
 *
 * %OFFHOOK_ERROR_FORMAT: it is no object, or its audio is no base64. Times that make no sense are
 * left out.
 */
gboolean offhook_elevenlabs_message_parse(OffhookElevenlabsMessage *self, const char *text,
					  gsize size, GError **error);
void offhook_elevenlabs_message_clear(OffhookElevenlabsMessage *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookElevenlabsMessage, offhook_elevenlabs_message_clear)

/* (transfer full), all of them */
/** Begins @context. @settings: (nullable): members of "voice_settings" as JSON */
char *offhook_elevenlabs_message_make_greeting(const char *context, const char *settings);
/** @text: without a space at its end. To be spoken now. */
char *offhook_elevenlabs_message_make_text(const char *context, const char *text);
/** No more for @context. */
char *offhook_elevenlabs_message_make_end(const char *context);
/** Nothing; keeps the connection. */
char *offhook_elevenlabs_message_make_pause(void);

G_END_DECLS
