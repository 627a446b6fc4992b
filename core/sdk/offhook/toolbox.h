/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The tools of one conversation: what its language model may have done besides speaking. Agents add
 * tools, agents call them; a toolbox belongs to the conversation's host and is never shared. Main
 * thread.
 */
#pragma once

#include <offhook/completion.h>
#include <offhook/types.h>

G_BEGIN_DECLS

/** What an agent may ask to be done with the call; see <offhook/agent.h>. */
typedef enum {
	OFFHOOK_ACTION_HANG_UP,
	OFFHOOK_ACTION_TRANSFER, /* argument: the target */
	OFFHOOK_ACTION_SEND_DTMF,
	OFFHOOK_ACTION_HAND_OVER, /* argument: another assistant, which goes on with the caller */
} OffhookAction;

/** What the core must know of a tool before it is asked. */
typedef enum {
	OFFHOOK_TOOL_NONE = 0,
	/* The caller must have agreed to just these arguments. */
	OFFHOOK_TOOL_CONFIRM = 1 << 0,
	/* Changes nothing: may run before it is certain that the turn is one. */
	OFFHOOK_TOOL_READ_ONLY = 1 << 1,
} OffhookToolFlags;

/** What a tool has where its description says nothing. */
#define OFFHOOK_TOOL_TIMEOUT_MS 8000
#define OFFHOOK_TOOL_MAX_RESULT 4096

/** Zero fields stand for their defaults. */
typedef struct {
	const char *name;        /* [A-Za-z0-9_-], at most 64 */
	const char *description; /* (nullable): for the model */
	JsonObject *parameters;  /* (nullable): a JSON schema of type object */
	OffhookToolFlags flags;
	guint timeout_ms; /* 8,000 */
	gsize max_result; /* bytes of a result that the model is told: 4,096 */
} OffhookToolDescription;

/** One call of a tool, from the moment that it is asked to its result. */
#define OFFHOOK_TYPE_TOOL_RUN (offhook_tool_run_get_type())
G_DECLARE_FINAL_TYPE(OffhookToolRun, offhook_tool_run, OFFHOOK, TOOL_RUN, GObject)

#define OFFHOOK_TYPE_TOOLBOX (offhook_toolbox_get_type())
G_DECLARE_FINAL_TYPE(OffhookToolbox, offhook_toolbox, OFFHOOK, TOOLBOX, GObject)

/** Does what the tool is for: ends the run before it returns or later, holding a reference then. */
typedef void (*OffhookToolFunc)(OffhookToolRun *run, gpointer user_data);
/** A run has ended. */
typedef void (*OffhookToolDoneFunc)(OffhookToolRun *run, gpointer user_data);

/* ---- the toolbox ---- */

/** An empty one. (transfer full) */
OffhookToolbox *offhook_toolbox_new(void);

/**
 * offhook_toolbox_add:
 * @description: (transfer none): copied
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_EXISTS for a name that is taken, with
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT for one that is none, with %OFFHOOK_ERROR_LIMIT when there are
 *   %OFFHOOK_COMPLETION_MAX_TOOLS, or what offhook_json_schema_new() says of the parameters; @destroy is
 *   not called then
 */
gboolean offhook_toolbox_add(OffhookToolbox *self, const OffhookToolDescription *description,
			     OffhookToolFunc func, gpointer user_data, GDestroyNotify destroy,
			     GError **error);
/** Runs of it that are under way go on. */
void offhook_toolbox_remove(OffhookToolbox *self, const char *name);
/** (transfer none) (nullable) */
const OffhookToolDescription *offhook_toolbox_find(OffhookToolbox *self, const char *name);
/** (transfer container) (element-type OffhookToolDescription): in the order of adding */
GPtrArray *offhook_toolbox_list(OffhookToolbox *self);
/** Adds all of them to @request. */
void offhook_toolbox_offer(OffhookToolbox *self, OffhookCompletionRequest *request);

/** Do @words begin with yes (1), with no (0), or with neither (-1)? */
typedef gint (*OffhookToolJudgeFunc)(const char *language, const char *words);
/**
 * Whoever hears the caller knows how he says yes; before that, no words of his are one, and tools with
 * %OFFHOOK_TOOL_CONFIRM are never asked. @language: (nullable): BCP 47
 */
void offhook_toolbox_set_judge(OffhookToolbox *self, OffhookToolJudgeFunc judge,
			       const char *language);
/**
 * A turn of the caller begins, certainly; @message: (nullable): his words, which may be the yes to what
 * a tool is to be confirmed for. Without any, nothing changes.
 *
 * A call of a tool with %OFFHOOK_TOOL_CONFIRM is at first not done, and the model told to ask the caller.
 * The same call, with the same arguments, is done in a later turn of which the words are a yes.
 */
void offhook_toolbox_begin_turn(OffhookToolbox *self, const char *message);

/**
 * offhook_toolbox_start:
 * @call: (transfer none)
 * @done: called exactly once, never before this has returned, and not after a cancellation
 *
 * Calls a tool. An unknown one, and arguments that are not as its schema wants them, are runs that fail
 * without the tool's being asked.
 *
 * Returns: (transfer full): the toolbox keeps a reference until its end
 */
OffhookToolRun *offhook_toolbox_start(OffhookToolbox *self, const OffhookToolCall *call,
				      OffhookToolDoneFunc done, gpointer user_data);
/** All that is under way. */
void offhook_toolbox_cancel(OffhookToolbox *self);

/*
 * Signals:
 *   started (OffhookToolRun *): a tool is asked
 *   ended (OffhookToolRun *): it has given its result, failed, or was cancelled
 */

/* ---- a run: for the tool ---- */

/** (transfer none): of the tool that is called */
const char *offhook_tool_run_get_name(OffhookToolRun *self);
/** (transfer none) */
JsonObject *offhook_tool_run_get_arguments(OffhookToolRun *self);
/** (transfer none): cancelled with the run, and when its time is over */
GCancellable *offhook_tool_run_get_cancellable(OffhookToolRun *self);
/** @result: UTF-8, for the model. Of finish() and fail() the first counts. */
void offhook_tool_run_finish(OffhookToolRun *self, const char *result);
/** @error: its message is told to the model */
void offhook_tool_run_fail(OffhookToolRun *self, const GError *error);
/** To be done with the call once the answer that goes with it was heard. Before the run's end; once. */
void offhook_tool_run_act(OffhookToolRun *self, OffhookAction action, const char *argument);

/* ---- a run: for whoever has called the tool ---- */

/** How a run is, or how it has ended. */
typedef enum {
	OFFHOOK_TOOL_RUN_OPEN,
	OFFHOOK_TOOL_RUN_OK,
	OFFHOOK_TOOL_RUN_FAILED,
	OFFHOOK_TOOL_RUN_TIMED_OUT,
	OFFHOOK_TOOL_RUN_CANCELLED,
	OFFHOOK_TOOL_RUN_UNCONFIRMED, /* not done: the caller is to be asked first */
} OffhookToolRunStatus;

/** Nobody wants its result any more. Does nothing after the end. */
void offhook_tool_run_cancel(OffhookToolRun *self);
/** How it is. */
OffhookToolRunStatus offhook_tool_run_get_status(OffhookToolRun *self);
/** "ok", "failed", ... */
const char *offhook_tool_run_get_status_name(OffhookToolRun *self);
/** What the model is told, also of a failure. (nullable): while it is open */
const char *offhook_tool_run_get_result(OffhookToolRun *self);
/** How long it took, so far. */
gint64 offhook_tool_run_get_us(OffhookToolRun *self);
/** @argument: (out) (transfer none) (nullable). %FALSE: it wants nothing done with the call */
gboolean offhook_tool_run_get_action(OffhookToolRun *self, OffhookAction *action,
				     const char **argument);

G_END_DECLS
