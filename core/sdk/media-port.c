/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The seam between a transport and the media layer. Everything but construction belongs to the
 * port's media thread.
 */

#include <offhook/media-port.h>

typedef struct {
	OffhookAudioFormat incoming;
	OffhookAudioFormat outgoing;
	OffhookMediaFeatures features;
	OffhookMediaHandler handler;
	gpointer user_data;
	gboolean started;
	gboolean ended;
} OffhookMediaPortPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookMediaPort, offhook_media_port, G_TYPE_OBJECT)

#define PRIV(self) ((OffhookMediaPortPrivate *)offhook_media_port_get_instance_private(self))

void
offhook_media_port_set_formats(OffhookMediaPort *self, const OffhookAudioFormat *incoming,
			       const OffhookAudioFormat *outgoing)
{
	g_return_if_fail(OFFHOOK_IS_MEDIA_PORT(self));

	PRIV(self)->incoming = *incoming;
	PRIV(self)->outgoing = *outgoing;
}

void
offhook_media_port_set_features(OffhookMediaPort *self, OffhookMediaFeatures features)
{
	g_return_if_fail(OFFHOOK_IS_MEDIA_PORT(self));

	PRIV(self)->features = features;
}

const OffhookAudioFormat *
offhook_media_port_get_incoming_format(OffhookMediaPort *self)
{
	return &PRIV(self)->incoming;
}

const OffhookAudioFormat *
offhook_media_port_get_outgoing_format(OffhookMediaPort *self)
{
	return &PRIV(self)->outgoing;
}

OffhookMediaFeatures
offhook_media_port_get_features(OffhookMediaPort *self)
{
	return PRIV(self)->features;
}

void
offhook_media_port_set_handler(OffhookMediaPort *self, const OffhookMediaHandler *handler,
			       gpointer user_data)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	priv->handler = handler != NULL ? *handler : (OffhookMediaHandler){0};
	priv->user_data = user_data;
}

gboolean
offhook_media_port_open(OffhookMediaPort *self, GMainContext *context, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_MEDIA_PORT(self), FALSE);

	return OFFHOOK_MEDIA_PORT_GET_CLASS(self)->open(self, context, error);
}

void
offhook_media_port_send_audio(OffhookMediaPort *self, const guint8 *data, gsize size)
{
	if (!PRIV(self)->ended)
		OFFHOOK_MEDIA_PORT_GET_CLASS(self)->send_audio(self, data, size);
}

void
offhook_media_port_send_mark(OffhookMediaPort *self, const char *name)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && (priv->features & OFFHOOK_MEDIA_MARKS))
		OFFHOOK_MEDIA_PORT_GET_CLASS(self)->send_mark(self, name);
}

void
offhook_media_port_clear(OffhookMediaPort *self)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && (priv->features & OFFHOOK_MEDIA_CLEAR))
		OFFHOOK_MEDIA_PORT_GET_CLASS(self)->clear(self);
}

void
offhook_media_port_send_text(OffhookMediaPort *self, const OffhookPortText *text)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && (priv->features & OFFHOOK_MEDIA_TEXT))
		OFFHOOK_MEDIA_PORT_GET_CLASS(self)->send_text(self, text);
}

void
offhook_media_port_send_digits(OffhookMediaPort *self, const char *digits)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && (priv->features & OFFHOOK_MEDIA_TEXT))
		OFFHOOK_MEDIA_PORT_GET_CLASS(self)->send_digits(self, digits);
}

void
offhook_media_port_close(OffhookMediaPort *self)
{
	if (!PRIV(self)->ended)
		OFFHOOK_MEDIA_PORT_GET_CLASS(self)->close(self);
}

void
offhook_media_port_receive_start(OffhookMediaPort *self, const OffhookStreamStart *start)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (priv->ended)
		return;
	priv->started = TRUE;
	if (priv->handler.started != NULL)
		priv->handler.started(priv->user_data, start);
}

gboolean
offhook_media_port_is_started(OffhookMediaPort *self)
{
	return PRIV(self)->started;
}

gboolean
offhook_media_port_is_ended(OffhookMediaPort *self)
{
	return PRIV(self)->ended;
}

void
offhook_media_port_receive_audio(OffhookMediaPort *self, const guint8 *data, gsize size,
				 gint64 timestamp_ms)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && priv->handler.audio != NULL)
		priv->handler.audio(priv->user_data, data, size, timestamp_ms);
}

void
offhook_media_port_receive_dtmf(OffhookMediaPort *self, char digit)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && priv->handler.dtmf != NULL)
		priv->handler.dtmf(priv->user_data, digit);
}

void
offhook_media_port_receive_mark(OffhookMediaPort *self, const char *name)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && priv->handler.mark != NULL)
		priv->handler.mark(priv->user_data, name);
}

void
offhook_media_port_receive_utterance(OffhookMediaPort *self, const char *text, gboolean final)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && priv->handler.utterance != NULL)
		priv->handler.utterance(priv->user_data, text, final);
}

void
offhook_media_port_receive_cut_off(OffhookMediaPort *self, const char *spoken)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (!priv->ended && priv->handler.cut_off != NULL)
		priv->handler.cut_off(priv->user_data, spoken);
}

void
offhook_media_port_receive_end(OffhookMediaPort *self, const GError *error)
{
	OffhookMediaPortPrivate *priv = PRIV(self);

	if (priv->ended)
		return;
	priv->ended = TRUE;
	if (priv->handler.ended != NULL)
		priv->handler.ended(priv->user_data, error);
}

OffhookStreamStart *
offhook_stream_start_new(const char *stream_id, const char *provider_call_id,
			 const OffhookAudioFormat *format)
{
	OffhookStreamStart *start = g_new0(OffhookStreamStart, 1);

	start->stream_id = g_strdup(stream_id);
	start->provider_call_id = g_strdup(provider_call_id);
	start->parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	start->format = *format;
	return start;
}

OffhookStreamStart *
offhook_stream_start_copy(const OffhookStreamStart *start)
{
	OffhookStreamStart *copy =
	    offhook_stream_start_new(start->stream_id, start->provider_call_id, &start->format);
	GHashTableIter iter;
	gpointer key, value;

	copy->account_id = g_strdup(start->account_id);
	g_hash_table_iter_init(&iter, start->parameters);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_insert(copy->parameters, g_strdup(key), g_strdup(value));
	return copy;
}

void
offhook_stream_start_free(OffhookStreamStart *start)
{
	if (start == NULL)
		return;
	g_free(start->stream_id);
	g_free(start->provider_call_id);
	g_free(start->account_id);
	g_hash_table_unref(start->parameters);
	g_free(start);
}

static void
offhook_media_port_init(OffhookMediaPort *self)
{
}

static void
offhook_media_port_class_init(OffhookMediaPortClass *klass)
{
}
