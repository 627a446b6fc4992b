/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opens what an assistant has, one after the other, so that all that is wrong is told at once. Main
 * thread.
 */

#include "call/chat/rehearsal.h"

#include <offhook/error.h>

#include "base/deadline.h"
#include "call/assistant/builtin-tools.h"
#include "engine/engine-probe.h"

static void
offhook_rehearsal_item_free(gpointer data)
{
	OffhookRehearsalItem *item = data;

	g_free(item->name);
	g_free(item->problem);
	g_free(item->remark);
	g_free(item);
}

/* @error: (nullable) (transfer none) */
static OffhookRehearsalItem *
offhook_rehearsal_add(GPtrArray *items, const char *what, const char *name, const GError *error)
{
	OffhookRehearsalItem *item = g_new0(OffhookRehearsalItem, 1);

	item->what = what;
	item->name = g_strdup(name);
	item->problem = error != NULL ? g_strdup(error->message) : NULL;
	g_ptr_array_add(items, item);
	return item;
}

/* Remarks of several kinds stay together. */
static void G_GNUC_PRINTF(2, 3)
    offhook_rehearsal_remark(OffhookRehearsalItem *item, const char *format, ...)
{
	g_autofree char *old = item->remark;
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	item->remark = old != NULL ? g_strdup_printf("%s; %s", old, text) : g_steal_pointer(&text);
}

static OffhookRehearsalItem *
offhook_rehearsal_find(GPtrArray *items, const char *what, const char *name)
{
	for (guint i = 0; i < items->len; i++) {
		OffhookRehearsalItem *item = g_ptr_array_index(items, i);

		if (g_str_equal(item->what, what) && g_str_equal(item->name, name))
			return item;
	}
	return NULL;
}

/* What of that name has opened a session; (nullable): it has not, and has said why. */
static OffhookRehearsalItem *
offhook_rehearsal_find_open(GPtrArray *items, const char *what, const char *name)
{
	OffhookRehearsalItem *item = offhook_rehearsal_find(items, what, name);

	return item != NULL && item->problem == NULL ? item : NULL;
}

/* The same, of an agent or of one that is a tool. */
static OffhookRehearsalItem *
offhook_rehearsal_find_open_agent(GPtrArray *items, const char *name)
{
	OffhookRehearsalItem *item = offhook_rehearsal_find_open(items, "agent", name);

	return item != NULL ? item : offhook_rehearsal_find_open(items, "tool", name);
}

/* @lineup: (nullable) */
static void
offhook_rehearsal_open_engines(GPtrArray *items, const char *what, OffhookEngineLineup *lineup)
{
	guint n = lineup != NULL ? offhook_engine_lineup_get_length(lineup) : 0;

	for (guint i = 0; i < n; i++) {
		const OffhookLineupEntry *entry = offhook_engine_lineup_get(lineup, i);
		g_autoptr(GError) error = NULL;
		g_autoptr(GObject) session = offhook_engine_lineup_open(lineup, i, &error);
		OffhookRehearsalItem *item =
		    offhook_rehearsal_add(items, what, entry->use.name, error);

		/* That may be over in a moment; what it is now the probe finds out. */
		if (session != NULL && !offhook_health_record_is_usable(entry->health))
			offhook_rehearsal_remark(
			    item, "it has failed again and again and is left alone for now");
	}
}

static guint
offhook_rehearsal_count_tools(OffhookSessionHost *host)
{
	g_autoptr(GPtrArray) tools =
	    offhook_toolbox_list(offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(host)));

	return tools->len;
}

/* The assistant's agents as they would be opened, but one alone, so that each has its say. */
static void
offhook_rehearsal_open_agent(GPtrArray *items, OffhookAssistant *assistant, OffhookAgent *agent,
			     const char *name, OffhookCompleter *completer,
			     OffhookSessionHost *host)
{
	const OffhookAssistantConfig *settings = assistant->settings;
	const OffhookAgentOptions options = {
	    .assistant = settings->name,
	    .language = settings->language,
	    .name = name,
	    .options = offhook_assistant_config_get_options(settings, name),
	    .prompt = settings->prompt,
	    .completer = completer,
	    .host = OFFHOOK_AGENT_HOST(host),
	};
	guint n_tools = offhook_rehearsal_count_tools(host);
	g_autoptr(GError) error = NULL;
	OffhookAgentSession *session = offhook_agent_open_session(agent, &options, &error);
	gboolean idle = FALSE;

	if (session != NULL && (offhook_agent_get_features(agent) & OFFHOOK_AGENT_TOOLS)) {
		offhook_session_host_keep(host, session);
		idle = offhook_rehearsal_count_tools(host) == n_tools;
	} else if (session != NULL) {
		g_object_unref(session);
	}
	if (idle)
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    "it offers no tool: it has none, or its server is not there");
	offhook_rehearsal_add(items, "agent", name, error)->early = idle;
}

/* A section of `tools=` that offers the tool of its own name is one thing. */
static void
offhook_rehearsal_list_tools(GPtrArray *items, const OffhookAssistantConfig *settings,
			     OffhookSessionHost *host)
{
	OffhookToolbox *toolbox = offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(host));
	g_autoptr(GPtrArray) tools = offhook_toolbox_list(toolbox);

	for (guint i = 0; i < tools->len; i++) {
		const OffhookToolDescription *tool = g_ptr_array_index(tools, i);
		OffhookRehearsalItem *same =
		    g_strv_contains((const char *const *)settings->tools, tool->name)
			? offhook_rehearsal_find(items, "agent", tool->name)
			: NULL;

		if (same != NULL)
			same->what = "tool";
		else
			offhook_rehearsal_add(items, "tool", tool->name, NULL);
	}
}

static void
offhook_rehearsal_open_agents(GPtrArray *items, OffhookAssistant *assistant)
{
	static const OffhookSessionHostEvents nobody = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSessionHost) host = offhook_session_host_new(NULL, NULL, &nobody, NULL);
	g_autoptr(OffhookCompleter) completer = offhook_assistant_open_completer(assistant, &error);

	for (guint i = 0; i < assistant->tools->len; i++) {
		const OffhookAssistantTool *tool = g_ptr_array_index(assistant->tools, i);

		offhook_rehearsal_open_agent(items, assistant, tool->agent, tool->name, completer,
					     host);
	}
	offhook_builtin_tools_add(host, (const char *const *)assistant->settings->tools, NULL);
	for (guint i = 0; i < assistant->agents->len; i++)
		offhook_rehearsal_open_agent(items, assistant,
					     g_ptr_array_index(assistant->agents, i),
					     assistant->settings->agents[i], completer, host);
	offhook_rehearsal_list_tools(items, assistant->settings, host);
	offhook_session_host_close(host);
}

/* What is well, but may not be what was meant. */
static void
offhook_rehearsal_review_prompt(GPtrArray *items, const OffhookAssistantConfig *settings)
{
	g_auto(GStrv) remarks = offhook_assistant_config_review_prompt(settings);

	for (char **remark = remarks; *remark != NULL; remark++)
		offhook_rehearsal_remark(
		    offhook_rehearsal_add(items, "prompt", settings->name, NULL), "%s", *remark);
}

/* What goes by sound, or only adds to a turn that another one answers, listens to no words for itself. */
#define OFFHOOK_REHEARSAL_NO_LISTENER                                                              \
	(OFFHOOK_AGENT_AUDIO | OFFHOOK_AGENT_SPEECH | OFFHOOK_AGENT_CONSULTS)

/*
 * (nullable): the agent that wants to hear whatever the caller says: with a language model; where
 * none has one, and none says what it expects, the last that goes by words
 */
static const char *
offhook_rehearsal_find_free_listener(OffhookAssistant *assistant)
{
	const char *listener = NULL;
	gboolean expects = FALSE;

	for (guint i = 0; i < assistant->agents->len; i++) {
		OffhookAgentFeatures features =
		    offhook_agent_get_features(g_ptr_array_index(assistant->agents, i));

		if (features & OFFHOOK_AGENT_COMPLETER)
			return assistant->settings->agents[i];
		if (features & OFFHOOK_AGENT_EXPECTS)
			expects = TRUE;
		else if (!(features & OFFHOOK_REHEARSAL_NO_LISTENER))
			listener = assistant->settings->agents[i];
	}
	return expects ? NULL : listener;
}

static void
offhook_rehearsal_review_hearing(GPtrArray *items, OffhookAssistant *assistant)
{
	const char *listener = offhook_rehearsal_find_free_listener(assistant);
	guint n = assistant->stt != NULL && listener != NULL
		      ? offhook_engine_lineup_get_length(assistant->stt)
		      : 0;

	for (guint i = 0; i < n; i++) {
		const OffhookEngineUse *use = &offhook_engine_lineup_get(assistant->stt, i)->use;
		OffhookRehearsalItem *item = offhook_rehearsal_find_open(items, "stt", use->name);

		if (item != NULL && offhook_engine_hears_phrases_only(use->engine))
			offhook_rehearsal_remark(
			    item,
			    "it hears expected phrases only, and %s expects none: free "
			    "speech will not be understood; set stt= to another engine",
			    listener);
	}
}

/* Without it nobody gets to the assistant. */
static void
offhook_rehearsal_find_driver(GPtrArray *items, const OffhookAssistantConfig *settings,
			      OffhookPluginRegistry *plugins)
{
	g_autoptr(GError) error = NULL;

	if (settings->driver == NULL)
		return;
	offhook_plugin_registry_get_driver(plugins, settings->driver, &error);
	offhook_rehearsal_add(items, "driver", settings->driver, error);
}

GPtrArray *
offhook_rehearsal_run(OffhookAssistant *assistant, OffhookPluginRegistry *plugins)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(offhook_rehearsal_item_free);

	offhook_rehearsal_find_driver(items, assistant->settings, plugins);
	offhook_rehearsal_open_engines(items, "stt", assistant->stt);
	offhook_rehearsal_review_hearing(items, assistant);
	offhook_rehearsal_open_agents(items, assistant);
	offhook_rehearsal_open_engines(items, "llm", assistant->llm);
	offhook_rehearsal_open_engines(items, "embed", assistant->embed);
	offhook_rehearsal_open_engines(items, "tts", assistant->tts);
	offhook_rehearsal_review_prompt(items, assistant->settings);
	return items;
}

/* ---- asking engines and agents ---- */

/* What an agent finds out may take as long as it likes, but nobody waits for it any longer. */
#define OFFHOOK_REHEARSAL_AGENT_MS 5000

typedef struct {
	OffhookAssistant *assistant;
	GPtrArray *items;
	guint n_open; /* questions, and one for whoever begins them */
	void (*done)(gpointer user_data, GPtrArray *items);
	gpointer user_data;
} OffhookRehearsalRound;

/** One engine or agent that is asked. */
typedef struct {
	OffhookRehearsalRound *round;
	OffhookRehearsalItem *item;
	OffhookEngineProbe *probe; /* (nullable): of an engine */
	GCancellable *cancellable; /* (nullable): of an agent */
	OffhookDeadline *deadline; /* (nullable): likewise */
} OffhookRehearsalQuestion;

static void
offhook_rehearsal_close_one(OffhookRehearsalRound *round)
{
	if (--round->n_open > 0)
		return;
	round->done(round->user_data, round->items);
	offhook_assistant_unref(round->assistant);
	g_free(round);
}

static gboolean
offhook_rehearsal_closed_cb(gpointer user_data)
{
	offhook_rehearsal_close_one(user_data);
	return G_SOURCE_REMOVE;
}

/* What lasts is a problem; what may be over in a moment is not. */
static void
offhook_rehearsal_judge(OffhookRehearsalItem *item, const GError *error)
{
	gboolean lasts = g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION) ||
			 g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION) ||
			 g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND) ||
			 g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);

	/* One that could not do what was asked without more is there at least. */
	if (error == NULL || item->problem != NULL || offhook_engine_error_is_innocent(error))
		return;
	if (lasts)
		item->problem = g_strdup(error->message);
	else
		offhook_rehearsal_remark(item, "%s", error->message);
}

static OffhookRehearsalQuestion *
offhook_rehearsal_question_new(OffhookRehearsalRound *round, OffhookRehearsalItem *item)
{
	OffhookRehearsalQuestion *self = g_new0(OffhookRehearsalQuestion, 1);

	self->round = round;
	self->item = item;
	round->n_open++;
	return self;
}

static void
offhook_rehearsal_question_free(OffhookRehearsalQuestion *self)
{
	OffhookRehearsalRound *round = self->round;

	g_clear_pointer(&self->probe, offhook_engine_probe_free);
	g_clear_pointer(&self->deadline, offhook_deadline_free);
	g_clear_object(&self->cancellable);
	g_free(self);
	offhook_rehearsal_close_one(round);
}

static gboolean
offhook_rehearsal_put_away_cb(gpointer user_data)
{
	offhook_rehearsal_question_free(user_data);
	return G_SOURCE_REMOVE;
}

/* An engine may answer while it is still being asked. */
static void
offhook_rehearsal_answered_cb(gpointer user_data, const GError *error)
{
	OffhookRehearsalQuestion *question = user_data;

	offhook_rehearsal_judge(question->item, error);
	g_idle_add(offhook_rehearsal_put_away_cb, question);
}

/* @lineup: (nullable) */
static void
offhook_rehearsal_ask(OffhookRehearsalRound *round, const char *what, OffhookEngineLineup *lineup)
{
	guint n = lineup != NULL ? offhook_engine_lineup_get_length(lineup) : 0;

	for (guint i = 0; i < n; i++) {
		const OffhookEngineUse *use = &offhook_engine_lineup_get(lineup, i)->use;
		OffhookRehearsalItem *item =
		    offhook_rehearsal_find_open(round->items, what, use->name);
		OffhookRehearsalQuestion *question;

		if (item == NULL)
			continue;
		question = offhook_rehearsal_question_new(round, item);
		question->probe =
		    offhook_engine_probe_new(use, offhook_rehearsal_answered_cb, question);
	}
}

static void
offhook_rehearsal_agent_late_cb(gpointer user_data)
{
	OffhookRehearsalQuestion *question = user_data;

	offhook_rehearsal_remark(question->item, "it could not be checked within %d ms",
				 OFFHOOK_REHEARSAL_AGENT_MS);
	g_cancellable_cancel(question->cancellable);
}

static void
offhook_rehearsal_agent_checked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRehearsalQuestion *question = user_data;
	g_autoptr(GError) error = NULL;

	offhook_agent_check_finish(OFFHOOK_AGENT(source), result, &error);
	if (!g_cancellable_is_cancelled(question->cancellable))
		offhook_rehearsal_judge(question->item, error);
	offhook_rehearsal_question_free(question);
}

static void
offhook_rehearsal_ask_agent(OffhookRehearsalRound *round, OffhookAgent *agent, const char *name)
{
	OffhookRehearsalItem *item = offhook_rehearsal_find_open_agent(round->items, name);
	OffhookRehearsalQuestion *question;

	if (item == NULL)
		return;
	question = offhook_rehearsal_question_new(round, item);
	question->cancellable = g_cancellable_new();
	question->deadline = offhook_deadline_new(offhook_rehearsal_agent_late_cb, question);
	offhook_deadline_set(question->deadline,
			     g_get_monotonic_time() + OFFHOOK_REHEARSAL_AGENT_MS * 1000LL);
	offhook_agent_check_async(agent, question->cancellable, offhook_rehearsal_agent_checked_cb,
				  question);
}

static void
offhook_rehearsal_ask_agents(OffhookRehearsalRound *round)
{
	OffhookAssistant *assistant = round->assistant;

	for (guint i = 0; i < assistant->tools->len; i++) {
		const OffhookAssistantTool *tool = g_ptr_array_index(assistant->tools, i);

		offhook_rehearsal_ask_agent(round, tool->agent, tool->name);
	}
	for (guint i = 0; i < assistant->agents->len; i++)
		offhook_rehearsal_ask_agent(round, g_ptr_array_index(assistant->agents, i),
					    assistant->settings->agents[i]);
}

void
offhook_rehearsal_probe(OffhookAssistant *assistant, GPtrArray *items,
			void (*done)(gpointer user_data, GPtrArray *items), gpointer user_data)
{
	OffhookRehearsalRound *round = g_new(OffhookRehearsalRound, 1);

	*round =
	    (OffhookRehearsalRound){offhook_assistant_ref(assistant), items, 1, done, user_data};
	offhook_rehearsal_ask_agents(round);
	offhook_rehearsal_ask(round, "stt", assistant->stt);
	offhook_rehearsal_ask(round, "llm", assistant->llm);
	offhook_rehearsal_ask(round, "embed", assistant->embed);
	offhook_rehearsal_ask(round, "tts", assistant->tts);
	g_idle_add(offhook_rehearsal_closed_cb, round);
}
