/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The history of a conversation, turn by turn. Main thread.
 */

#include "orchestrator-history.h"

#include <string.h>

#define BEGINNING   "[the call begins]"
#define INTERRUPTED "Not done: the caller went on speaking."

typedef struct {
	OffhookToolCall call;
	char *result;
	gboolean said; /* with the text; otherwise before it */
} OffhookOrchestratorUse;

typedef struct {
	char *user;
	gboolean words;
	GString *heard;
	gsize last; /* where in it what was heard last begins, with the space before it */
	GPtrArray *uses;
} OffhookOrchestratorTurn;

struct _OffhookOrchestratorHistory {
	guint max_turns;
	gsize max_bytes;
	GPtrArray *turns;
	OffhookOrchestratorTurn *draft; /* (nullable): not confirmed */
};

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

static OffhookOrchestratorTurn *
offhook_orchestrator_turn_new(const char *user, gboolean words)
{
	OffhookOrchestratorTurn *turn = g_new0(OffhookOrchestratorTurn, 1);

	turn->user = g_strdup(user);
	turn->words = words;
	turn->heard = g_string_new(NULL);
	turn->uses = g_ptr_array_new_with_free_func(offhook_orchestrator_use_free);
	return turn;
}

static void
offhook_orchestrator_turn_free(gpointer data)
{
	OffhookOrchestratorTurn *turn = data;

	if (turn == NULL)
		return;
	g_free(turn->user);
	g_string_free(turn->heard, TRUE);
	g_ptr_array_unref(turn->uses);
	g_free(turn);
}

OffhookOrchestratorHistory *
offhook_orchestrator_history_new(guint max_turns, gsize max_bytes)
{
	OffhookOrchestratorHistory *self = g_new0(OffhookOrchestratorHistory, 1);

	self->max_turns = max_turns;
	self->max_bytes = max_bytes;
	self->turns = g_ptr_array_new_with_free_func(offhook_orchestrator_turn_free);
	return self;
}

void
offhook_orchestrator_history_free(OffhookOrchestratorHistory *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->turns);
	offhook_orchestrator_turn_free(self->draft);
	g_free(self);
}

static OffhookOrchestratorTurn *
offhook_orchestrator_history_get_last(OffhookOrchestratorHistory *self)
{
	return self->turns->len > 0 ? g_ptr_array_index(self->turns, self->turns->len - 1) : NULL;
}

/* ---- its limits ---- */

static gsize
offhook_orchestrator_turn_get_size(const OffhookOrchestratorTurn *turn)
{
	gsize size = strlen(turn->user) + turn->heard->len;

	for (guint i = 0; i < turn->uses->len; i++) {
		const OffhookOrchestratorUse *use = g_ptr_array_index(turn->uses, i);

		size += strlen(use->call.arguments) + strlen(use->result);
	}
	return size;
}

static void
offhook_orchestrator_history_trim(OffhookOrchestratorHistory *self)
{
	gsize size = 0;
	guint kept = 0;

	while (kept < self->turns->len && kept < self->max_turns) {
		size += offhook_orchestrator_turn_get_size(
		    g_ptr_array_index(self->turns, self->turns->len - 1 - kept));
		if (size > self->max_bytes && kept > 0)
			break;
		kept++;
	}
	if (kept < self->turns->len)
		g_ptr_array_remove_range(self->turns, 0, self->turns->len - kept);
}

/* ---- what happens ---- */

/* @next: (nullable) */
static gboolean
offhook_orchestrator_turn_goes_on(const OffhookOrchestratorTurn *turn,
				  const OffhookOrchestratorTurn *next)
{
	return next != NULL && turn->words && next->words && turn->heard->len == 0 &&
	       turn->uses->len == 0 && g_str_has_prefix(next->user, turn->user);
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
	g_clear_pointer(&self->draft, offhook_orchestrator_turn_free);
}

void
offhook_orchestrator_history_add_call(OffhookOrchestratorHistory *self, const OffhookToolCall *call,
				      const char *result, gboolean said)
{
	OffhookOrchestratorTurn *turn =
	    self->draft != NULL ? self->draft : offhook_orchestrator_history_get_last(self);
	OffhookOrchestratorUse *use = g_new0(OffhookOrchestratorUse, 1);

	use->call.id = g_strdup(call->id);
	use->call.name = g_strdup(call->name);
	use->call.arguments = g_strdup(call->arguments);
	use->result = g_strdup(result);
	use->said = said;
	g_ptr_array_add(turn->uses, use);
}

static void
offhook_orchestrator_turn_undo(OffhookOrchestratorTurn *turn)
{
	for (guint i = 0; i < turn->uses->len; i++) {
		OffhookOrchestratorUse *use = g_ptr_array_index(turn->uses, i);

		if (!use->said)
			continue;
		g_free(use->result);
		use->result = g_strdup(INTERRUPTED);
	}
}

void
offhook_orchestrator_history_hear(OffhookOrchestratorHistory *self, const char *text,
				  gboolean interrupted)
{
	OffhookOrchestratorTurn *turn = offhook_orchestrator_history_get_last(self);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	const char *latest;

	if (turn == NULL) {
		if (*valid == '\0')
			return;
		turn = offhook_orchestrator_turn_new(BEGINNING, FALSE);
		g_ptr_array_add(self->turns, turn);
	}
	if (interrupted)
		offhook_orchestrator_turn_undo(turn);
	latest = turn->heard->str + turn->last;
	if (turn->last > 0 && *latest == ' ')
		latest++;
	if (interrupted && g_str_has_prefix(latest, valid))
		g_string_truncate(turn->heard, turn->last);
	else
		turn->last = turn->heard->len;
	if (turn->last > 0 && *valid != '\0')
		g_string_append_c(turn->heard, ' ');
	g_string_append(turn->heard, valid);
	offhook_orchestrator_history_trim(self);
}

/* ---- the request ---- */

static void
offhook_orchestrator_turn_add_uses(const OffhookOrchestratorTurn *turn,
				   OffhookCompletionRequest *request, gboolean said)
{
	for (guint i = 0; i < turn->uses->len; i++) {
		const OffhookOrchestratorUse *use = g_ptr_array_index(turn->uses, i);

		if (use->said == said)
			offhook_completion_request_add_tool_call(request, &use->call);
	}
	for (guint i = 0; i < turn->uses->len; i++) {
		const OffhookOrchestratorUse *use = g_ptr_array_index(turn->uses, i);

		if (use->said == said)
			offhook_completion_request_add_tool_result(request, use->call.id,
								   use->result);
	}
}

/*
 * Many models insist on the two taking turns: what has no answer is one message with what follows.
 * @next: (nullable)
 */
static void
offhook_orchestrator_turn_fill(const OffhookOrchestratorTurn *turn,
			       const OffhookOrchestratorTurn *next, GString *user,
			       OffhookCompletionRequest *request)
{
	if (offhook_orchestrator_turn_goes_on(turn, next))
		return;
	g_string_append_printf(user, "%s%s", user->len > 0 ? "\n" : "", turn->user);
	if (turn->heard->len == 0 && turn->uses->len == 0 && next != NULL)
		return;
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, user->str);
	g_string_truncate(user, 0);
	offhook_orchestrator_turn_add_uses(turn, request, FALSE);
	if (turn->heard->len > 0)
		offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_ASSISTANT,
						       turn->heard->str);
	offhook_orchestrator_turn_add_uses(turn, request, TRUE);
}

void
offhook_orchestrator_history_fill(OffhookOrchestratorHistory *self,
				  OffhookCompletionRequest *request)
{
	g_autoptr(GString) user = g_string_new(NULL);

	for (guint i = 0; i < self->turns->len; i++)
		offhook_orchestrator_turn_fill(
		    g_ptr_array_index(self->turns, i),
		    i + 1 < self->turns->len ? g_ptr_array_index(self->turns, i + 1) : self->draft,
		    user, request);
	if (self->draft != NULL)
		offhook_orchestrator_turn_fill(self->draft, NULL, user, request);
}
