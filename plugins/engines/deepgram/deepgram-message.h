/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the service says on its sockets, and why it refuses or closes them. Pure functions; any
 * thread.
 */
#pragma once

#include <offhook/socket-client.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_DEEPGRAM_OTHER, /* nothing that matters to us */
	OFFHOOK_DEEPGRAM_RESULTS,
	OFFHOOK_DEEPGRAM_FLUSHED,
	OFFHOOK_DEEPGRAM_CLEARED,
	OFFHOOK_DEEPGRAM_ERROR,
} OffhookDeepgramKind;

typedef struct {
	OffhookDeepgramKind kind;

	/* Of results. Seconds count from the first sample of the connection. */
	double start;
	double duration;
	gboolean is_final;
	gboolean from_finalize;
	char *text;        /* never %NULL then */
	double confidence; /* 0 to 1 */

	GError *error; /* of an error: never %NULL then */
} OffhookDeepgramMessage;

/** %FALSE with %OFFHOOK_ERROR_FORMAT when it can't be understood */
gboolean offhook_deepgram_message_parse(OffhookDeepgramMessage *self, const char *text, gsize size,
					GError **error);
void offhook_deepgram_message_clear(OffhookDeepgramMessage *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookDeepgramMessage, offhook_deepgram_message_clear)

/** (transfer full): why a socket is gone; never %NULL */
GError *offhook_deepgram_make_error(const OffhookSocketEnd *end);

/** (transfer full): {"type": @type} and, if @text is not %NULL, the text */
char *offhook_deepgram_make_command(const char *type, const char *text);

G_END_DECLS
