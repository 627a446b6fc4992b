/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Begins the conversation if need be, has the speech written down, and sends it. Main thread.
 */

#include "call/chat/chat-speech.h"

typedef struct {
	OffhookChatManager *chats;
	OffhookChatRequest request; /* its texts are ours */
	GBytes *samples;
	OffhookSpeechReceiver receiver;
	gpointer user_data;
	GCancellable *cancellable; /* (nullable) */
	char *conversation_id;
	char *text;
} OffhookChatSpeech;

static void
offhook_chat_speech_free(OffhookChatSpeech *self)
{
	g_free((char *)self->request.agent_id);
	g_free((char *)self->request.user_id);
	g_free((char *)self->request.session_id);
	g_free((char *)self->request.conversation_id);
	g_clear_pointer(&self->request.variables, json_object_unref);
	g_clear_pointer(&self->request.what.context, json_object_unref);
	g_bytes_unref(self->samples);
	g_clear_object(&self->cancellable);
	g_free(self->conversation_id);
	g_free(self->text);
	g_free(self);
}

static OffhookChatSpeech *
offhook_chat_speech_new(OffhookChatManager *chats, const OffhookChatRequest *request,
			GBytes *s16_16k, const OffhookSpeechReceiver *receiver, gpointer user_data,
			GCancellable *cancellable)
{
	OffhookChatSpeech *self = g_new0(OffhookChatSpeech, 1);

	self->chats = chats;
	self->request = *request;
	self->request.agent_id = g_strdup(request->agent_id);
	self->request.user_id = g_strdup(request->user_id);
	self->request.session_id = g_strdup(request->session_id);
	self->request.conversation_id = g_strdup(request->conversation_id);
	if (request->variables != NULL)
		json_object_ref(request->variables);
	if (request->what.context != NULL)
		json_object_ref(request->what.context);
	self->samples = g_bytes_ref(s16_16k);
	self->receiver = *receiver;
	self->user_data = user_data;
	g_set_object(&self->cancellable, cancellable);
	return self;
}

static void
offhook_chat_speech_fail(OffhookChatSpeech *self, const GError *error)
{
	const OffhookChatSource source = {.agent_id = self->request.agent_id,
					  .conversation_id = self->conversation_id};

	self->receiver.receiver.done(self->user_data, &source, NULL, error);
	offhook_chat_speech_free(self);
}

/* ---- the answer ---- */

static void
offhook_chat_speech_say_cb(gpointer user_data, const char *text)
{
	OffhookChatSpeech *self = user_data;

	self->receiver.receiver.say(self->user_data, text);
}

static void
offhook_chat_speech_work_cb(gpointer user_data, const char *type, JsonObject *data)
{
	OffhookChatSpeech *self = user_data;

	self->receiver.receiver.work(self->user_data, type, data);
}

static void
offhook_chat_speech_done_cb(gpointer user_data, const OffhookChatSource *source,
			    const OffhookChatAnswer *answer, const GError *error)
{
	OffhookChatSpeech *self = user_data;

	self->receiver.receiver.done(self->user_data, source, answer, error);
	offhook_chat_speech_free(self);
}

/* ---- the speech ---- */

static void
offhook_chat_speech_heard_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	static const OffhookChatReceiver receiver = {
	    .say = offhook_chat_speech_say_cb,
	    .work = offhook_chat_speech_work_cb,
	    .done = offhook_chat_speech_done_cb,
	};
	OffhookChatSpeech *self = user_data;
	OffhookChatRequest request = self->request;
	g_autoptr(GError) error = NULL;

	self->text = offhook_dictation_finish(result, &request.what.confidence, &error);
	if (self->text == NULL) {
		offhook_chat_speech_fail(self, error);
		return;
	}
	self->receiver.heard(self->user_data, self->text);
	request.conversation_id = self->conversation_id;
	request.what.message = self->text;
	if (!offhook_chat_manager_send(self->chats, &request, &receiver, self, self->cancellable,
				       &error))
		offhook_chat_speech_fail(self, error);
}

static void
offhook_chat_speech_hear(OffhookChatSpeech *self, const char *conversation_id)
{
	self->conversation_id = g_strdup(conversation_id);
	offhook_chat_manager_hear_async(self->chats, conversation_id, self->samples,
					self->cancellable, offhook_chat_speech_heard_cb, self);
}

/* ---- the beginning ---- */

static void
offhook_chat_speech_greeting_cb(gpointer user_data, const char *text)
{
}

static void
offhook_chat_speech_begun_cb(gpointer user_data, const OffhookChatSource *source,
			     const OffhookChatAnswer *answer, const GError *error)
{
	if (error != NULL)
		offhook_chat_speech_fail(user_data, error);
	else
		offhook_chat_speech_hear(user_data, source->conversation_id);
}

gboolean
offhook_chat_speech_send(OffhookChatManager *chats, const OffhookChatRequest *request,
			 GBytes *s16_16k, const OffhookSpeechReceiver *receiver, gpointer user_data,
			 GCancellable *cancellable, GError **error)
{
	static const OffhookChatReceiver begin = {
	    .say = offhook_chat_speech_greeting_cb,
	    .work = offhook_chat_speech_work_cb,
	    .done = offhook_chat_speech_begun_cb,
	};
	OffhookChatSpeech *self =
	    offhook_chat_speech_new(chats, request, s16_16k, receiver, user_data, cancellable);
	const char *open = offhook_chat_manager_find_open(chats, request);

	if (open != NULL) {
		offhook_chat_speech_hear(self, open);
		return TRUE;
	}
	if (offhook_chat_manager_send(chats, &self->request, &begin, self, cancellable, error))
		return TRUE;
	offhook_chat_speech_free(self);
	return FALSE;
}
