/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The driver's end of a call's audio, or of its words where the far end recognises and speaks. A port belongs to one call and, from `open` to the end, to one
 * media thread: every virtual function and every `receive` function below runs there and must not
 * block. Audio crosses it in the port's own wire formats.
 */
#pragma once

#include <offhook/audio.h>
#include <offhook/types.h>

G_BEGIN_DECLS

/** What a far end says of a stream when it begins. Free with offhook_stream_start_free(). */
typedef struct {
	char *stream_id;        /* the provider's name of the stream */
	char *provider_call_id; /* (nullable): the provider's name of the call */
	char *account_id;       /* (nullable) */
	GHashTable *parameters; /* utf8 -> utf8, never %NULL */
	OffhookAudioFormat format;
} OffhookStreamStart;

/**
 * offhook_stream_start_new:
 * @provider_call_id: (nullable)
 *
 * All copied. Parameters and account can be added. (transfer full)
 */
OffhookStreamStart *offhook_stream_start_new(const char *stream_id, const char *provider_call_id,
					     const OffhookAudioFormat *format);
/** All of it. (transfer full) */
OffhookStreamStart *offhook_stream_start_copy(const OffhookStreamStart *start);
void offhook_stream_start_free(OffhookStreamStart *start);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStreamStart, offhook_stream_start_free)

/** Some of an answer, for a far end that speaks. */
typedef struct {
	const char *text; /* goes right behind what was sent before, spaces and all; may be "" */
	gboolean last;    /* nothing more of this answer comes */
	gboolean interruptible; /* the caller's voice may silence it */
	const char *language;   /* (nullable): BCP 47, when it is not the stream's */
} OffhookPortText;

/** The core's end. Called in the media thread; the pointers are valid only during the call. */
typedef struct {
	void (*started)(gpointer user_data, const OffhookStreamStart *start);
	/* @timestamp_ms: place in the stream, or -1 for "right after the last" */
	void (*audio)(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms);
	void (*dtmf)(gpointer user_data, char digit); /* 0-9 * # A-D */
	void (*mark)(gpointer user_data, const char *name);
	void (*ended)(gpointer user_data, const GError *error); /* %NULL: orderly. Last call. */
	/*
	 * With TEXT. The caller said @text; until @final it is a guess that the next one replaces.
	 * The far end decides when the caller is done.
	 */
	void (*utterance)(gpointer user_data, const char *text, gboolean final);
	/* With TEXT. The caller spoke into the answer, which is silent now; @spoken of it was said. */
	void (*cut_off)(gpointer user_data, const char *spoken);
} OffhookMediaHandler;

/** What the far end of a port can. */
typedef enum {
	OFFHOOK_MEDIA_NONE = 0,
	OFFHOOK_MEDIA_MARKS = 1 << 0,       /* echoes marks when the audio before has been played */
	OFFHOOK_MEDIA_CLEAR = 1 << 1,       /* can drop what it has buffered */
	OFFHOOK_MEDIA_DTMF_EVENTS = 1 << 2, /* reports keys itself; else they are heard in-band */
	/*
	 * The far end recognises and speaks: words cross, and no audio in either direction. The port
	 * has no formats, marks or clear.
	 */
	OFFHOOK_MEDIA_TEXT = 1 << 3,
} OffhookMediaFeatures;

#define OFFHOOK_TYPE_MEDIA_PORT (offhook_media_port_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookMediaPort, offhook_media_port, OFFHOOK, MEDIA_PORT, GObject)

struct _OffhookMediaPortClass {
	GObjectClass parent_class;

	/* Begin: attach sources to @context. Errors later come through `ended`. */
	gboolean (*open)(OffhookMediaPort *self, GMainContext *context, GError **error);
	/* @data: whole frames of the outgoing format. Never blocks; drops the oldest when stuck. */
	void (*send_audio)(OffhookMediaPort *self, const guint8 *data, gsize size);
	void (*send_mark)(OffhookMediaPort *self, const char *name); /* if MARKS */
	void (*clear)(OffhookMediaPort *self);                       /* if CLEAR */
	/* Orderly end from our side. `ended` still comes, exactly once. */
	void (*close)(OffhookMediaPort *self);
	void (*send_text)(OffhookMediaPort *self, const OffhookPortText *text); /* if TEXT */
	/* Presses keys (0-9 * #, w and W for a half and a whole second). If TEXT; with audio the keys are in the audio. */
	void (*send_digits)(OffhookMediaPort *self, const char *digits);

	gpointer spare[6];
};

/** Set by the subclass before the port is handed over. */
void offhook_media_port_set_formats(OffhookMediaPort *self, const OffhookAudioFormat *incoming,
				    const OffhookAudioFormat *outgoing);
/** Set by the subclass before the port is handed over. */
void offhook_media_port_set_features(OffhookMediaPort *self, OffhookMediaFeatures features);
/**
 * offhook_media_port_get_incoming_format:
 * offhook_media_port_get_outgoing_format:
 * offhook_media_port_get_features:
 *
 * As they were set. (transfer none)
 */
const OffhookAudioFormat *offhook_media_port_get_incoming_format(OffhookMediaPort *self);
const OffhookAudioFormat *offhook_media_port_get_outgoing_format(OffhookMediaPort *self);
OffhookMediaFeatures offhook_media_port_get_features(OffhookMediaPort *self);

/* For the core. set_handler(%NULL) silences the port. */
/** @handler: (nullable): copied; %NULL silences the port */
void offhook_media_port_set_handler(OffhookMediaPort *self, const OffhookMediaHandler *handler,
				    gpointer user_data);
gboolean offhook_media_port_open(OffhookMediaPort *self, GMainContext *context, GError **error);
void offhook_media_port_send_audio(OffhookMediaPort *self, const guint8 *data, gsize size);
void offhook_media_port_send_mark(OffhookMediaPort *self, const char *name);
void offhook_media_port_clear(OffhookMediaPort *self);
void offhook_media_port_send_text(OffhookMediaPort *self, const OffhookPortText *text);
void offhook_media_port_send_digits(OffhookMediaPort *self, const char *digits);
void offhook_media_port_close(OffhookMediaPort *self);

/* For the subclass (and wire protocols): what came from the far end. */
/**
 * offhook_media_port_receive_start:
 * offhook_media_port_receive_audio:
 * offhook_media_port_receive_dtmf:
 * offhook_media_port_receive_mark:
 * offhook_media_port_receive_cut_off:
 * @start: (transfer none)
 * @data: @size bytes in the incoming format
 * @timestamp_ms: place in the stream, or -1 for "right after the last"
 * @digit: 0-9 * # A-D
 * @name: of a mark that was sent and has been played
 * @spoken: valid UTF-8: what was said of the answer
 *
 * Tells the core, see OffhookMediaHandler. Does nothing after the end.
 */
void offhook_media_port_receive_start(OffhookMediaPort *self, const OffhookStreamStart *start);
void offhook_media_port_receive_audio(OffhookMediaPort *self, const guint8 *data, gsize size,
				      gint64 timestamp_ms);
void offhook_media_port_receive_dtmf(OffhookMediaPort *self, char digit);
void offhook_media_port_receive_mark(OffhookMediaPort *self, const char *name);
/** As offhook_media_port_receive_start(). @text: valid UTF-8. @final: no guess any more */
void offhook_media_port_receive_utterance(OffhookMediaPort *self, const char *text, gboolean final);
void offhook_media_port_receive_cut_off(OffhookMediaPort *self, const char *spoken);
/**
 * offhook_media_port_is_started:
 * offhook_media_port_is_ended:
 *
 * Has a start been received; has the end? For subclasses with deadlines of their own.
 */
gboolean offhook_media_port_is_started(OffhookMediaPort *self);
gboolean offhook_media_port_is_ended(OffhookMediaPort *self);
/** The far end is gone. Further calls are ignored. @error: (nullable): why, if not orderly. */
void offhook_media_port_receive_end(OffhookMediaPort *self, const GError *error);

G_END_DECLS
