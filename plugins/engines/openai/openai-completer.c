/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One conversation's language model: a request is one exchange, its answer one chat. Main thread.
 */

#include "openai-completer.h"

#include "chat-request.h"
#include "chat-stream.h"
#include "openai-exchange.h"

/* Of a stream, in which some servers pad each token to a few hundred bytes. */
#define MAX_STREAM (16 * 1024 * 1024)

struct _OffhookOpenaiCompleter {
	OffhookCompleter parent_instance;

	OffhookWebClient *web;
	OffhookOpenaiConfig *config;
	guint number;
	OffhookOpenaiExchange *exchange; /* (nullable): of the request under way */
	OffhookOpenaiChat *chat;         /* (nullable): likewise */
	OffhookOpenaiExchange *warming;  /* (nullable) */
};

G_DEFINE_FINAL_TYPE(OffhookOpenaiCompleter, offhook_openai_completer, OFFHOOK_TYPE_COMPLETER)

static void
offhook_openai_completer_stop(OffhookOpenaiCompleter *self)
{
	g_clear_pointer(&self->exchange, offhook_openai_exchange_free);
	g_clear_pointer(&self->chat, offhook_openai_chat_free);
}

/* ---- the answer ---- */

/* Whoever hears the text may cancel and ask anew. Returns whether the request is still this one. */
static gboolean
offhook_openai_completer_say(OffhookOpenaiCompleter *self)
{
	g_autofree char *text = offhook_openai_chat_take_text(self->chat);
	OffhookOpenaiChat *chat = self->chat;
	gboolean progress = offhook_openai_chat_take_progress(chat);
	guint number = self->number;

	if (text != NULL)
		offhook_completer_emit_text(OFFHOOK_COMPLETER(self), number, text, -1);
	else if (progress)
		offhook_completer_emit_progress(OFFHOOK_COMPLETER(self), number);
	return self->chat == chat && self->number == number;
}

static void
offhook_openai_completer_end(OffhookOpenaiCompleter *self, const GError *error)
{
	g_autoptr(OffhookOpenaiChat) chat = NULL;
	g_autoptr(GError) local = error != NULL ? g_error_copy(error) : NULL;
	OffhookCompletion completion = {0};
	guint number = self->number;

	if (local == NULL)
		offhook_openai_chat_finish(self->chat, &completion, &local);
	if (!offhook_openai_completer_say(self))
		return;
	chat = g_steal_pointer(&self->chat);
	if (local != NULL)
		offhook_completer_emit_failed(OFFHOOK_COMPLETER(self), number, local);
	else
		offhook_completer_emit_done(OFFHOOK_COMPLETER(self), number, &completion);
}

static gboolean
offhook_openai_completer_data_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	g_autoptr(OffhookOpenaiCompleter) self = g_object_ref(user_data);
	gboolean good = offhook_openai_chat_push(self->chat, data, size, error);

	if (!offhook_openai_completer_say(self) || !good)
		return good;
	if (offhook_openai_chat_is_complete(self->chat)) {
		g_clear_pointer(&self->exchange, offhook_openai_exchange_let_go);
		offhook_openai_completer_end(self, NULL);
	}
	return TRUE;
}

static void
offhook_openai_completer_end_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookOpenaiCompleter) self = g_object_ref(user_data);

	g_clear_pointer(&self->exchange, offhook_openai_exchange_free);
	offhook_openai_completer_end(self, error);
}

static void
offhook_openai_completer_start(OffhookCompleter *completer, guint number,
			       OffhookCompletionRequest *request)
{
	static const OffhookOpenaiEvents events = {offhook_openai_completer_data_cb,
						   offhook_openai_completer_end_cb};
	OffhookOpenaiCompleter *self = OFFHOOK_OPENAI_COMPLETER(completer);
	g_autoptr(GBytes) body = offhook_openai_chat_build(request, self->config);
	const OffhookOpenaiQuestion question = {
	    .place = &self->config->chat,
	    .path = "/chat/completions",
	    .accept = "text/event-stream",
	    .content_type = "application/json",
	    .body = body,
	    .max_size = MAX_STREAM,
	};

	offhook_openai_completer_stop(self);
	self->number = number;
	self->chat = offhook_openai_chat_new();
	self->exchange =
	    offhook_openai_exchange_new(self->web, self->config, &question, &events, self);
}

static void
offhook_openai_completer_cancel(OffhookCompleter *completer)
{
	offhook_openai_completer_stop(OFFHOOK_OPENAI_COMPLETER(completer));
}

/* ---- warm ---- */

static gboolean
offhook_openai_completer_ignore_cb(gpointer user_data, const guint8 *data, gsize size,
				   GError **error)
{
	return TRUE;
}

static void
offhook_openai_completer_warmed_cb(gpointer user_data, const GError *error)
{
	OffhookOpenaiCompleter *self = user_data;

	g_clear_pointer(&self->warming, offhook_openai_exchange_free);
}

/* A small question, for the connection (and its TLS) that stays after it. */
static void
offhook_openai_completer_warm(OffhookCompleter *completer)
{
	static const OffhookOpenaiEvents events = {offhook_openai_completer_ignore_cb,
						   offhook_openai_completer_warmed_cb};
	OffhookOpenaiCompleter *self = OFFHOOK_OPENAI_COMPLETER(completer);
	const OffhookOpenaiQuestion question = {
	    .place = &self->config->chat,
	    .path = "/models",
	    .accept = "application/json",
	    .max_size = MAX_STREAM,
	};

	if (self->warming != NULL || self->exchange != NULL)
		return;
	self->warming =
	    offhook_openai_exchange_new(self->web, self->config, &question, &events, self);
}

/* ---- the object ---- */

OffhookCompleter *
offhook_openai_completer_new(OffhookWebClient *web, OffhookOpenaiConfig *config)
{
	OffhookOpenaiCompleter *self = g_object_new(OFFHOOK_TYPE_OPENAI_COMPLETER, NULL);

	self->web = g_object_ref(web);
	self->config = offhook_openai_config_ref(config);
	return OFFHOOK_COMPLETER(self);
}

static void
offhook_openai_completer_dispose(GObject *object)
{
	OffhookOpenaiCompleter *self = OFFHOOK_OPENAI_COMPLETER(object);

	offhook_openai_completer_stop(self);
	g_clear_pointer(&self->warming, offhook_openai_exchange_free);
	g_clear_pointer(&self->config, offhook_openai_config_unref);
	g_clear_object(&self->web);

	G_OBJECT_CLASS(offhook_openai_completer_parent_class)->dispose(object);
}

static void
offhook_openai_completer_init(OffhookOpenaiCompleter *self)
{
}

static void
offhook_openai_completer_class_init(OffhookOpenaiCompleterClass *klass)
{
	OffhookCompleterClass *completer = OFFHOOK_COMPLETER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_openai_completer_dispose;
	completer->start = offhook_openai_completer_start;
	completer->cancel = offhook_openai_completer_cancel;
	completer->warm = offhook_openai_completer_warm;
}
