/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The kinds of sessions behind one door. Main thread.
 */

#include "engine/engine-session.h"

GObject *
offhook_engine_session_open(const OffhookEngineUse *use, GError **error)
{
	const OffhookTranscribeOptions hearing = {.language = use->language,
						  .options = use->options};
	const OffhookSynthesizeOptions speaking = {
	    .language = use->language, .voice = use->voice, .options = use->options};
	const OffhookCompleteOptions answering = {.options = use->options};
	const OffhookEmbedOptions embedding = {.options = use->options};

	if (use->role == OFFHOOK_ENGINE_TRANSCRIBE)
		return (GObject *)offhook_engine_open_transcriber(use->engine, &hearing, error);
	if (use->role == OFFHOOK_ENGINE_SYNTHESIZE)
		return (GObject *)offhook_engine_open_synthesizer(use->engine, &speaking, error);
	if (use->role == OFFHOOK_ENGINE_EMBED)
		return (GObject *)offhook_engine_open_embedder(use->engine, &embedding, error);
	return (GObject *)offhook_engine_open_completer(use->engine, &answering, error);
}

void
offhook_engine_session_close(GObject **session, gpointer user_data)
{
	g_autoptr(GObject) old = g_steal_pointer(session);

	if (old == NULL)
		return;
	g_signal_handlers_disconnect_by_data(old, user_data);
	if (OFFHOOK_IS_TRANSCRIBER(old))
		offhook_transcriber_cancel(OFFHOOK_TRANSCRIBER(old));
	else if (OFFHOOK_IS_SYNTHESIZER(old))
		offhook_synthesizer_cancel(OFFHOOK_SYNTHESIZER(old));
	else if (OFFHOOK_IS_COMPLETER(old))
		offhook_completer_cancel(OFFHOOK_COMPLETER(old));
}
