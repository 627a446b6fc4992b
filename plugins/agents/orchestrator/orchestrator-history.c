/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The history of a conversation, turn by turn. Main thread.
 */

#include "orchestrator-history.h"

#include "orchestrator-turn.h"
#include <string.h>

#define BEGINNING "[the call begins]"
/* Of the room: when the oldest had better be summarised, before they have to go. */
#define FULL_PERCENT 75
/* The last turns are remembered word by word. */
#define KEPT_TURNS 4

struct _OffhookOrchestratorHistory {
	guint max_turns;
	gsize max_bytes;
	GPtrArray *turns;
	guint gone;                     /* turns that are not in it any more */
	char *summary;                  /* (nullable): of these */
	OffhookOrchestratorTurn *draft; /* (nullable): not confirmed */
};

static void
offhook_orchestrator_history_free_turn(gpointer data)
{
	offhook_orchestrator_turn_free(data);
}

OffhookOrchestratorHistory *
offhook_orchestrator_history_new(guint max_turns, gsize max_bytes)
{
	OffhookOrchestratorHistory *self = g_new0(OffhookOrchestratorHistory, 1);

	self->max_turns = max_turns;
	self->max_bytes = max_bytes;
	self->turns = g_ptr_array_new_with_free_func(offhook_orchestrator_history_free_turn);
	return self;
}

void
offhook_orchestrator_history_free(OffhookOrchestratorHistory *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->turns);
	offhook_orchestrator_turn_free(self->draft);
	g_free(self->summary);
	g_free(self);
}

static OffhookOrchestratorTurn *
offhook_orchestrator_history_get(OffhookOrchestratorHistory *self, guint i)
{
	return i < self->turns->len ? g_ptr_array_index(self->turns, i) : NULL;
}

static OffhookOrchestratorTurn *
offhook_orchestrator_history_get_last(OffhookOrchestratorHistory *self)
{
	return self->turns->len > 0 ? g_ptr_array_index(self->turns, self->turns->len - 1) : NULL;
}

static OffhookOrchestratorTurn *
offhook_orchestrator_history_get_current(OffhookOrchestratorHistory *self)
{
	return self->draft != NULL ? self->draft : offhook_orchestrator_history_get_last(self);
}

/* ---- its limits ---- */

static void
offhook_orchestrator_history_remove(OffhookOrchestratorHistory *self, guint n)
{
	if (n == 0)
		return;
	g_ptr_array_remove_range(self->turns, 0, n);
	self->gone += n;
}

static void
offhook_orchestrator_history_trim(OffhookOrchestratorHistory *self)
{
	gsize size = 0;
	guint kept = 0;

	while (kept < self->turns->len && kept < self->max_turns) {
		size += offhook_orchestrator_turn_get_size(
		    offhook_orchestrator_history_get(self, self->turns->len - 1 - kept));
		if (size > self->max_bytes && kept > 0)
			break;
		kept++;
	}
	offhook_orchestrator_history_remove(self, self->turns->len - kept);
}

static gboolean
offhook_orchestrator_history_is_full(OffhookOrchestratorHistory *self)
{
	gsize size = 0;

	for (guint i = 0; i < self->turns->len; i++)
		size +=
		    offhook_orchestrator_turn_get_size(offhook_orchestrator_history_get(self, i));
	return size * 100 > self->max_bytes * FULL_PERCENT ||
	       self->turns->len * 100 > self->max_turns * FULL_PERCENT;
}

/* ---- what happens ---- */

void
offhook_orchestrator_history_load(OffhookOrchestratorHistory *self, GPtrArray *messages)
{
	for (guint i = 0; messages != NULL && i < messages->len; i++) {
		const OffhookMessage *message = g_ptr_array_index(messages, i);

		if (message->role == OFFHOOK_MESSAGE_SYSTEM && self->summary == NULL) {
			self->summary = g_utf8_make_valid(message->text, -1);
		} else if (message->role == OFFHOOK_MESSAGE_USER) {
			offhook_orchestrator_history_begin(self, message->text, TRUE);
			offhook_orchestrator_history_confirm(self);
		} else if (message->role == OFFHOOK_MESSAGE_ASSISTANT) {
			offhook_orchestrator_history_hear(self, message->text, FALSE);
		}
	}
	offhook_orchestrator_history_drop(self);
}

void
offhook_orchestrator_history_begin(OffhookOrchestratorHistory *self, const char *user,
				   gboolean words)
{
	offhook_orchestrator_history_drop(self);
	self->draft = offhook_orchestrator_turn_new(user, words);
}

void
offhook_orchestrator_history_confirm(OffhookOrchestratorHistory *self)
{
	const OffhookOrchestratorTurn *last = offhook_orchestrator_history_get_last(self);

	if (self->draft == NULL)
		return;
	if (last != NULL && offhook_orchestrator_turn_goes_on(last, self->draft))
		g_ptr_array_set_size(self->turns, (gint)self->turns->len - 1);
	g_ptr_array_add(self->turns, g_steal_pointer(&self->draft));
	offhook_orchestrator_history_trim(self);
}

void
offhook_orchestrator_history_drop(OffhookOrchestratorHistory *self)
{
	OffhookOrchestratorTurn *last = offhook_orchestrator_history_get_last(self);

	g_clear_pointer(&self->draft, offhook_orchestrator_turn_free);
	if (last != NULL)
		last->open = FALSE;
}

void
offhook_orchestrator_history_say(OffhookOrchestratorHistory *self, const char *text)
{
	g_string_append(offhook_orchestrator_history_get_current(self)->said, text);
}

void
offhook_orchestrator_history_add_calls(OffhookOrchestratorHistory *self, GPtrArray *calls)
{
	offhook_orchestrator_turn_add_calls(offhook_orchestrator_history_get_current(self), calls);
}

void
offhook_orchestrator_history_set_result(OffhookOrchestratorHistory *self, const char *id,
					const char *result, gboolean pending)
{
	offhook_orchestrator_turn_set_result(offhook_orchestrator_history_get_current(self), id,
					     result, pending);
}

void
offhook_orchestrator_history_hear(OffhookOrchestratorHistory *self, const char *text,
				  gboolean interrupted)
{
	OffhookOrchestratorTurn *turn = offhook_orchestrator_history_get_last(self);
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	if (turn == NULL) {
		if (*valid == '\0')
			return;
		turn = offhook_orchestrator_turn_new(BEGINNING, FALSE);
		g_ptr_array_add(self->turns, turn);
	}
	offhook_orchestrator_turn_hear(turn, valid, interrupted);
	offhook_orchestrator_history_trim(self);
}

/* ---- the request ---- */

/*
 * Many models insist on the two taking turns: what has no answer is one message with what follows.
 * @next: (nullable)
 */
static void
offhook_orchestrator_history_fill_turn(const OffhookOrchestratorTurn *turn,
				       const OffhookOrchestratorTurn *next, GString *user,
				       OffhookCompletionRequest *request)
{
	if (offhook_orchestrator_turn_goes_on(turn, next))
		return;
	g_string_append_printf(user, "%s%s", user->len > 0 ? "\n" : "", turn->user);
	if (offhook_orchestrator_turn_is_bare(turn) && next != NULL)
		return;
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, user->str);
	g_string_truncate(user, 0);
	offhook_orchestrator_turn_fill(turn, request);
}

void
offhook_orchestrator_history_fill(OffhookOrchestratorHistory *self,
				  OffhookCompletionRequest *request)
{
	g_autoptr(GString) user = g_string_new(NULL);

	for (guint i = 0; i < self->turns->len; i++)
		offhook_orchestrator_history_fill_turn(
		    offhook_orchestrator_history_get(self, i),
		    i + 1 < self->turns->len ? offhook_orchestrator_history_get(self, i + 1)
					     : self->draft,
		    user, request);
	if (self->draft != NULL)
		offhook_orchestrator_history_fill_turn(self->draft, NULL, user, request);
}

/* ---- in other words ---- */

const char *
offhook_orchestrator_history_get_summary(OffhookOrchestratorHistory *self)
{
	return self->summary;
}

gboolean
offhook_orchestrator_history_has_words(OffhookOrchestratorHistory *self)
{
	for (guint i = 0; i < self->turns->len; i++)
		if (offhook_orchestrator_history_get(self, i)->words)
			return TRUE;
	return self->summary != NULL;
}

static char *
offhook_orchestrator_history_describe_first(OffhookOrchestratorHistory *self, guint n)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		offhook_orchestrator_turn_describe(offhook_orchestrator_history_get(self, i), text);
	return g_string_free(text, FALSE);
}

char *
offhook_orchestrator_history_describe(OffhookOrchestratorHistory *self)
{
	return offhook_orchestrator_history_describe_first(self, self->turns->len);
}

char *
offhook_orchestrator_history_describe_oldest(OffhookOrchestratorHistory *self, guint *end)
{
	guint n = self->turns->len > KEPT_TURNS ? self->turns->len - KEPT_TURNS : 0;

	if (n == 0 || !offhook_orchestrator_history_is_full(self))
		return NULL;
	*end = self->gone + n;
	return offhook_orchestrator_history_describe_first(self, n);
}

void
offhook_orchestrator_history_replace_oldest(OffhookOrchestratorHistory *self, guint end,
					    const char *summary)
{
	guint n = end > self->gone ? end - self->gone : 0;

	offhook_orchestrator_history_remove(self, MIN(n, self->turns->len));
	g_free(self->summary);
	self->summary = g_utf8_make_valid(summary, -1);
}
