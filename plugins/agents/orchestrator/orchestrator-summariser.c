/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One question for a summary, and its answer put together. Main thread.
 */

#include "orchestrator-summariser.h"

#define MAX_TOKENS 300
#define CONTENT                                                                                    \
	"who the caller is and what he wants; names, numbers, dates and other details exactly; "   \
	"what was done and agreed; what is still open. Write in %s, only what was said, no "       \
	"introduction, no markup."
#define TO_GO_ON                                                                                   \
	"Sum up this part of a telephone call for the assistant who goes on with it, in at most "  \
	"120 words: " CONTENT
#define TO_RECORD "Sum up this telephone call for the records, in at most 80 words: " CONTENT

struct _OffhookOrchestratorSummariser {
	OffhookCompleter *completer;
	char *language;
	void (*done)(gpointer user_data, OffhookOrchestratorPurpose purpose, const char *summary);
	gpointer user_data;

	gboolean busy;
	guint number;
	OffhookOrchestratorPurpose purpose;
	GString *text;
};

/* The owner may be gone afterwards. */
static void
offhook_orchestrator_summariser_end(OffhookOrchestratorSummariser *self, gboolean good)
{
	g_autofree char *summary = g_strstrip(g_strdup(self->text->str));

	self->busy = FALSE;
	self->done(self->user_data, self->purpose, good && *summary != '\0' ? summary : NULL);
}

static gboolean
offhook_orchestrator_summariser_is_about(OffhookOrchestratorSummariser *self, guint number)
{
	return self->busy && self->number == number;
}

static void
offhook_orchestrator_summariser_text_cb(OffhookCompleter *completer, guint number, const char *text,
					gpointer user_data)
{
	OffhookOrchestratorSummariser *self = user_data;

	if (offhook_orchestrator_summariser_is_about(self, number))
		g_string_append(self->text, text);
}

static void
offhook_orchestrator_summariser_done_cb(OffhookCompleter *completer, guint number,
					const OffhookCompletion *completion, gpointer user_data)
{
	if (offhook_orchestrator_summariser_is_about(user_data, number))
		offhook_orchestrator_summariser_end(user_data, TRUE);
}

static void
offhook_orchestrator_summariser_failed_cb(OffhookCompleter *completer, guint number,
					  const GError *error, gpointer user_data)
{
	if (offhook_orchestrator_summariser_is_about(user_data, number))
		offhook_orchestrator_summariser_end(user_data, FALSE);
}

OffhookOrchestratorSummariser *
offhook_orchestrator_summariser_new(OffhookCompleter *completer, const char *language,
				    void (*done)(gpointer user_data,
						 OffhookOrchestratorPurpose purpose,
						 const char *summary),
				    gpointer user_data)
{
	OffhookOrchestratorSummariser *self = g_new0(OffhookOrchestratorSummariser, 1);

	self->completer = completer;
	self->language = g_strdup(language != NULL ? language : "en");
	self->done = done;
	self->user_data = user_data;
	self->text = g_string_new(NULL);
	g_signal_connect(completer, "text", G_CALLBACK(offhook_orchestrator_summariser_text_cb),
			 self);
	g_signal_connect(completer, "done", G_CALLBACK(offhook_orchestrator_summariser_done_cb),
			 self);
	g_signal_connect(completer, "failed", G_CALLBACK(offhook_orchestrator_summariser_failed_cb),
			 self);
	return self;
}

void
offhook_orchestrator_summariser_free(OffhookOrchestratorSummariser *self)
{
	if (self == NULL)
		return;
	offhook_orchestrator_summariser_cancel(self);
	g_signal_handlers_disconnect_by_data(self->completer, self);
	g_string_free(self->text, TRUE);
	g_free(self->language);
	g_free(self);
}

void
offhook_orchestrator_summariser_start(OffhookOrchestratorSummariser *self,
				      OffhookOrchestratorPurpose purpose, const char *before,
				      const char *talk)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();
	g_autofree char *instructions = purpose == OFFHOOK_ORCHESTRATOR_TO_GO_ON
					    ? g_strdup_printf(TO_GO_ON, self->language)
					    : g_strdup_printf(TO_RECORD, self->language);
	g_autofree char *text =
	    before != NULL ? g_strdup_printf("Before: %s\n\n%s", before, talk) : g_strdup(talk);

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, instructions);
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, text);
	offhook_completion_request_set_max_tokens(request, MAX_TOKENS);
	g_string_truncate(self->text, 0);
	self->busy = TRUE;
	self->purpose = purpose;
	self->number = offhook_completer_reserve_number(self->completer);
	offhook_completer_start(self->completer, self->number, request);
}

void
offhook_orchestrator_summariser_cancel(OffhookOrchestratorSummariser *self)
{
	if (!self->busy)
		return;
	self->busy = FALSE;
	offhook_completer_cancel(self->completer);
}

gboolean
offhook_orchestrator_summariser_is_busy(OffhookOrchestratorSummariser *self)
{
	return self->busy;
}
