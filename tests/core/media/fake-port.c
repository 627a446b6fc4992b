/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fake-port.h"

#include <offhook/error.h>

G_DEFINE_FINAL_TYPE(FakePort, fake_port, OFFHOOK_TYPE_MEDIA_PORT)

static gboolean
fake_port_open(OffhookMediaPort *port, GMainContext *context, GError **error)
{
	if (!FAKE_PORT(port)->refuse_open)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "not today");
	return FALSE;
}

static void
fake_port_send_audio(OffhookMediaPort *port, const guint8 *data, gsize size)
{
	FakePort *self = FAKE_PORT(port);

	g_assert_cmpuint(size, ==, 160);
	self->frames++;
	g_byte_array_append(self->audio, data, size);
}

static void
fake_port_send_mark(OffhookMediaPort *port, const char *name)
{
	g_ptr_array_add(FAKE_PORT(port)->marks, g_strdup(name));
}

static void
fake_port_clear(OffhookMediaPort *port)
{
	FakePort *self = FAKE_PORT(port);

	self->clears++;
	self->frames_at_clear = self->frames;
}

static void
fake_port_send_text(OffhookMediaPort *port, const OffhookPortText *text)
{
	g_string_append_printf(FAKE_PORT(port)->words, "text \"%s\"%s%s\n", text->text,
			       text->last ? " last" : "", text->interruptible ? "" : " firm");
}

static void
fake_port_send_digits(OffhookMediaPort *port, const char *digits)
{
	g_string_append_printf(FAKE_PORT(port)->words, "keys %s\n", digits);
}

static void
fake_port_close(OffhookMediaPort *port)
{
	FAKE_PORT(port)->closes++;
	offhook_media_port_receive_end(port, NULL);
}

FakePort *
fake_port_new(OffhookMediaFeatures features)
{
	static const OffhookAudioFormat mulaw = {OFFHOOK_ENCODING_MULAW, 8000};
	FakePort *self = g_object_new(FAKE_TYPE_PORT, NULL);

	offhook_media_port_set_formats(OFFHOOK_MEDIA_PORT(self), &mulaw, &mulaw);
	offhook_media_port_set_features(OFFHOOK_MEDIA_PORT(self), features);
	return self;
}

static void
fake_port_finalize(GObject *object)
{
	FakePort *self = FAKE_PORT(object);

	g_byte_array_unref(self->audio);
	g_ptr_array_unref(self->marks);
	g_string_free(self->words, TRUE);
	G_OBJECT_CLASS(fake_port_parent_class)->finalize(object);
}

static void
fake_port_init(FakePort *self)
{
	self->audio = g_byte_array_new();
	self->marks = g_ptr_array_new_with_free_func(g_free);
	self->words = g_string_new(NULL);
}

static void
fake_port_class_init(FakePortClass *klass)
{
	OffhookMediaPortClass *port_class = OFFHOOK_MEDIA_PORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = fake_port_finalize;
	port_class->open = fake_port_open;
	port_class->send_audio = fake_port_send_audio;
	port_class->send_mark = fake_port_send_mark;
	port_class->clear = fake_port_clear;
	port_class->close = fake_port_close;
	port_class->send_text = fake_port_send_text;
	port_class->send_digits = fake_port_send_digits;
}
