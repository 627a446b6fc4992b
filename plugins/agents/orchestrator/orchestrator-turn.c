/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What came of a turn, in the order in which it came. Of what was said only what was heard stays, so the
 * places of the calls in it are found again there. Main thread.
 */

#include "orchestrator-turn.h"

#include <string.h>

#define INTERRUPTED "Not done: the caller went on speaking."
#define CANCELLED   "Cancelled: the caller went on."

typedef struct {
	OffhookToolCall call;
	char *result; /* (nullable) */
	gboolean pending;
} OffhookOrchestratorUse;

typedef struct {
	gsize said; /* bytes that had been said before */
	GPtrArray *uses;
} OffhookOrchestratorStep;

static void
offhook_orchestrator_use_free(gpointer data)
{
	OffhookOrchestratorUse *use = data;

	g_free(use->call.id);
	g_free(use->call.name);
	g_free(use->call.arguments);
	g_free(use->result);
	g_free(use);
}

static void
offhook_orchestrator_step_free(gpointer data)
{
	OffhookOrchestratorStep *step = data;

	g_ptr_array_unref(step->uses);
	g_free(step);
}

OffhookOrchestratorTurn *
offhook_orchestrator_turn_new(const char *user, gboolean words)
{
	OffhookOrchestratorTurn *self = g_new0(OffhookOrchestratorTurn, 1);

	self->user = g_strdup(user);
	self->words = words;
	self->open = TRUE;
	self->said = g_string_new(NULL);
	self->heard = g_string_new(NULL);
	self->steps = g_ptr_array_new_with_free_func(offhook_orchestrator_step_free);
	return self;
}

void
offhook_orchestrator_turn_free(OffhookOrchestratorTurn *self)
{
	if (self == NULL)
		return;
	g_free(self->user);
	g_string_free(self->said, TRUE);
	g_string_free(self->heard, TRUE);
	g_ptr_array_unref(self->steps);
	g_free(self);
}

/* ---- what happens ---- */

void
offhook_orchestrator_turn_add_calls(OffhookOrchestratorTurn *self, GPtrArray *calls)
{
	OffhookOrchestratorStep *step = g_new0(OffhookOrchestratorStep, 1);

	step->said = self->said->len;
	step->uses = g_ptr_array_new_with_free_func(offhook_orchestrator_use_free);
	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(calls, i);
		OffhookOrchestratorUse *use = g_new0(OffhookOrchestratorUse, 1);

		use->call.id = g_strdup(call->id);
		use->call.name = g_strdup(call->name);
		use->call.arguments = g_strdup(call->arguments);
		g_ptr_array_add(step->uses, use);
	}
	g_ptr_array_add(self->steps, step);
}

typedef void (*OffhookOrchestratorUseFunc)(OffhookOrchestratorUse *use, gpointer user_data);

static void
offhook_orchestrator_turn_foreach(const OffhookOrchestratorTurn *self,
				  OffhookOrchestratorUseFunc func, gpointer user_data)
{
	for (guint i = 0; i < self->steps->len; i++) {
		const OffhookOrchestratorStep *step = g_ptr_array_index(self->steps, i);

		for (guint k = 0; k < step->uses->len; k++)
			func(g_ptr_array_index(step->uses, k), user_data);
	}
}

static void
offhook_orchestrator_use_set_result(OffhookOrchestratorUse *use, const char *result,
				    gboolean pending)
{
	g_free(use->result);
	use->result = g_utf8_make_valid(result, -1);
	use->pending = pending;
}

void
offhook_orchestrator_turn_set_result(OffhookOrchestratorTurn *self, const char *id,
				     const char *result, gboolean pending)
{
	for (guint i = self->steps->len; i > 0; i--) {
		const OffhookOrchestratorStep *step = g_ptr_array_index(self->steps, i - 1);

		for (guint k = 0; k < step->uses->len; k++) {
			OffhookOrchestratorUse *use = g_ptr_array_index(step->uses, k);

			if (!g_str_equal(use->call.id, id))
				continue;
			offhook_orchestrator_use_set_result(use, result, pending);
			return;
		}
	}
}

static void
offhook_orchestrator_use_undo(OffhookOrchestratorUse *use, gpointer user_data)
{
	if (use->pending)
		offhook_orchestrator_use_set_result(use, INTERRUPTED, TRUE);
}

void
offhook_orchestrator_turn_hear(OffhookOrchestratorTurn *self, const char *text,
			       gboolean interrupted)
{
	const char *latest = self->heard->str + self->last;

	self->open = FALSE;
	if (interrupted)
		offhook_orchestrator_turn_foreach(self, offhook_orchestrator_use_undo, NULL);
	if (self->last > 0 && *latest == ' ')
		latest++;
	if (interrupted && g_str_has_prefix(latest, text))
		g_string_truncate(self->heard, self->last);
	else
		self->last = self->heard->len;
	if (self->last > 0 && *text != '\0')
		g_string_append_c(self->heard, ' ');
	g_string_append(self->heard, text);
}

/* ---- what it is ---- */

static const GString *
offhook_orchestrator_turn_get_text(const OffhookOrchestratorTurn *self)
{
	return self->open ? self->said : self->heard;
}

gboolean
offhook_orchestrator_turn_is_bare(const OffhookOrchestratorTurn *self)
{
	return self->steps->len == 0 && offhook_orchestrator_turn_get_text(self)->len == 0;
}

gboolean
offhook_orchestrator_turn_goes_on(const OffhookOrchestratorTurn *self,
				  const OffhookOrchestratorTurn *next)
{
	return next != NULL && self->words && next->words && self->heard->len == 0 &&
	       self->steps->len == 0 && g_str_has_prefix(next->user, self->user);
}

static void
offhook_orchestrator_use_add_size(OffhookOrchestratorUse *use, gpointer user_data)
{
	gsize *size = user_data;

	*size += strlen(use->call.arguments) + (use->result != NULL ? strlen(use->result) : 0);
}

gsize
offhook_orchestrator_turn_get_size(const OffhookOrchestratorTurn *self)
{
	gsize size = strlen(self->user) + offhook_orchestrator_turn_get_text(self)->len;

	offhook_orchestrator_turn_foreach(self, offhook_orchestrator_use_add_size, &size);
	return size;
}

/* Where in @text the first @said bytes of what was said end. */
static gsize
offhook_orchestrator_turn_find(const OffhookOrchestratorTurn *self, const GString *text, gsize said)
{
	if (said == 0 || text == self->said)
		return said;
	if (text->len >= said && strncmp(text->str, self->said->str, said) == 0)
		return said;
	return text->len;
}

static void
offhook_orchestrator_step_fill(const OffhookOrchestratorStep *step,
			       OffhookCompletionRequest *request)
{
	for (guint i = 0; i < step->uses->len; i++) {
		const OffhookOrchestratorUse *use = g_ptr_array_index(step->uses, i);

		offhook_completion_request_add_tool_call(request, &use->call);
	}
	for (guint i = 0; i < step->uses->len; i++) {
		const OffhookOrchestratorUse *use = g_ptr_array_index(step->uses, i);

		offhook_completion_request_add_tool_result(
		    request, use->call.id, use->result != NULL ? use->result : CANCELLED);
	}
}

static void
offhook_orchestrator_turn_fill_text(const GString *text, gsize *begin, gsize end,
				    OffhookCompletionRequest *request)
{
	g_autofree char *part = NULL;

	if (end <= *begin)
		return;
	part = g_strstrip(g_strndup(text->str + *begin, end - *begin));
	*begin = end;
	if (*part != '\0')
		offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_ASSISTANT, part);
}

void
offhook_orchestrator_turn_fill(const OffhookOrchestratorTurn *self,
			       OffhookCompletionRequest *request)
{
	const GString *text = offhook_orchestrator_turn_get_text(self);
	gsize begin = 0;

	for (guint i = 0; i < self->steps->len; i++) {
		const OffhookOrchestratorStep *step = g_ptr_array_index(self->steps, i);

		offhook_orchestrator_turn_fill_text(
		    text, &begin, offhook_orchestrator_turn_find(self, text, step->said), request);
		offhook_orchestrator_step_fill(step, request);
	}
	offhook_orchestrator_turn_fill_text(text, &begin, text->len, request);
}

static void
offhook_orchestrator_use_describe(OffhookOrchestratorUse *use, gpointer user_data)
{
	g_string_append_printf(user_data, "[%s %s: %s]\n", use->call.name, use->call.arguments,
			       use->result != NULL ? use->result : CANCELLED);
}

void
offhook_orchestrator_turn_describe(const OffhookOrchestratorTurn *self, GString *text)
{
	const GString *said = offhook_orchestrator_turn_get_text(self);

	g_string_append_printf(text, "Caller: %s\n", self->user);
	offhook_orchestrator_turn_foreach(self, offhook_orchestrator_use_describe, text);
	if (said->len > 0)
		g_string_append_printf(text, "Assistant: %s\n", said->str);
}
