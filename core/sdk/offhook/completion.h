/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a language model is asked and what it answers, whichever service it is. A request is filled
 * by one thread and immutable once handed over; then, like everything here that is counted, it may
 * be read by any.
 */
#pragma once

#include <offhook/types.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** The most of a request and an answer; more is %OFFHOOK_ERROR_LIMIT. */
#define OFFHOOK_COMPLETION_MAX_MESSAGES   1024
#define OFFHOOK_COMPLETION_MAX_TOOLS      128
#define OFFHOOK_COMPLETION_MAX_TOOL_CALLS 32
#define OFFHOOK_COMPLETION_MAX_ARGUMENTS  (256 * 1024) /* bytes, of all calls of an answer */
#define OFFHOOK_COMPLETION_MAX_TEXT       (256 * 1024) /* bytes of an answer */

/** Whose a message is. */
typedef enum {
	OFFHOOK_MESSAGE_SYSTEM,    /* instructions */
	OFFHOOK_MESSAGE_USER,      /* the caller */
	OFFHOOK_MESSAGE_ASSISTANT, /* the model: text, calls of tools, or both */
	OFFHOOK_MESSAGE_TOOL,      /* what a called tool gave */
} OffhookMessageRole;

/** A tool that the model wants called. */
typedef struct {
	char *id;        /* unique within the conversation */
	char *name;      /* of one of the request's tools, if the model is right */
	char *arguments; /* JSON: an object, but not checked against the tool's schema */
} OffhookToolCall;

/** One message of a conversation. Owned by its request. */
typedef struct {
	OffhookMessageRole role;
	char *text;            /* UTF-8, may be empty */
	GPtrArray *tool_calls; /* (element-type OffhookToolCall) (nullable): of ASSISTANT */
	char *tool_call_id;    /* (nullable): of TOOL: which call this answers */
} OffhookMessage;

/** A tool that the model may want called. Owned by its request. */
typedef struct {
	char *name;             /* [A-Za-z0-9_-], at most 64 */
	char *description;      /* (nullable) */
	JsonObject *parameters; /* a JSON schema of type object */
} OffhookTool;

/* ---- the request ---- */

/** An empty request, to be filled. (transfer full) */
OffhookCompletionRequest *offhook_completion_request_new(void);
OffhookCompletionRequest *offhook_completion_request_ref(OffhookCompletionRequest *self);
void offhook_completion_request_unref(OffhookCompletionRequest *self);

/** @role: SYSTEM, USER or ASSISTANT; the others have functions of their own */
void offhook_completion_request_add_message(OffhookCompletionRequest *self, OffhookMessageRole role,
					    const char *text);
/** A call made in an earlier answer: joins the message before it if that is the assistant's. */
void offhook_completion_request_add_tool_call(OffhookCompletionRequest *self,
					      const OffhookToolCall *call);
/** What the tool gave that the earlier answer's call @id asked for. */
void offhook_completion_request_add_tool_result(OffhookCompletionRequest *self, const char *id,
						const char *text);
/** @parameters: (nullable) (transfer none): a JSON schema; %NULL for a tool without parameters */
void offhook_completion_request_add_tool(OffhookCompletionRequest *self, const char *name,
					 const char *description, JsonObject *parameters);
/** @choice: (nullable): "auto" (the default), "none", "required" or the name of a tool */
void offhook_completion_request_set_tool_choice(OffhookCompletionRequest *self, const char *choice);
/** @temperature: 0 to 2; negative, as at first, for the engine's default */
void offhook_completion_request_set_temperature(OffhookCompletionRequest *self, double temperature);
/** @tokens: of the answer; 0, as at first, for the engine's default */
void offhook_completion_request_set_max_tokens(OffhookCompletionRequest *self, guint tokens);
/** @extra: (nullable) (transfer none): members for the service as they are; they win over all else */
void offhook_completion_request_set_extra(OffhookCompletionRequest *self, JsonObject *extra);

/** (transfer none) (element-type OffhookMessage) */
GPtrArray *offhook_completion_request_get_messages(OffhookCompletionRequest *self);
/** (transfer none) (element-type OffhookTool) */
GPtrArray *offhook_completion_request_get_tools(OffhookCompletionRequest *self);
/** (transfer none) (nullable): as it was set */
const char *offhook_completion_request_get_tool_choice(OffhookCompletionRequest *self);
/** As it was set; negative: the engine's default */
double offhook_completion_request_get_temperature(OffhookCompletionRequest *self);
/** As it was set; 0: the engine's default */
guint offhook_completion_request_get_max_tokens(OffhookCompletionRequest *self);
/** (transfer none) (nullable) */
JsonObject *offhook_completion_request_get_extra(OffhookCompletionRequest *self);

/**
 * offhook_completion_request_check:
 *
 * What no service would take: no message, text that is not UTF-8, a tool with a name that is none
 * or that was given twice, a choice of a tool that is not there, arguments that are not a JSON
 * object, a tool's call without an answer before the next message, an answer without a call.
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_INVALID_ARGUMENT or %OFFHOOK_ERROR_LIMIT
 */
gboolean offhook_completion_request_check(OffhookCompletionRequest *self, GError **error);

/* ---- the answer ---- */

/** Why a model said no more. */
typedef enum {
	OFFHOOK_FINISH_STOP,       /* said what it wanted to say */
	OFFHOOK_FINISH_LENGTH,     /* ran into the limit of tokens */
	OFFHOOK_FINISH_TOOL_CALLS, /* wants tools called; there is at least one */
	OFFHOOK_FINISH_FILTER,     /* the service cut it off for its content */
} OffhookFinishReason;

/** How an answer ended. Owned by the signal's emitter. */
typedef struct {
	OffhookFinishReason reason;
	GPtrArray
	    *tool_calls;     /* (element-type OffhookToolCall): never %NULL, in the model's order */
	gint64 input_tokens; /* -1: the service did not say */
	gint64 output_tokens; /* likewise */
} OffhookCompletion;

/* ---- calls of tools, put together ---- */

/** Collects the calls of one answer from the pieces in which services stream them. */
OffhookToolCallList *offhook_tool_call_list_new(void);
void offhook_tool_call_list_free(OffhookToolCallList *self);

/**
 * offhook_tool_call_list_add:
 * @index: which call, as the service counts them
 * @id: (nullable): with the first piece; another one than before for @index begins a new call
 * @name: (nullable): with the first piece
 * @arguments: (nullable): appended to what came before
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_LIMIT
 */
gboolean offhook_tool_call_list_add(OffhookToolCallList *self, gint64 index, const char *id,
				    const char *name, const char *arguments, GError **error);

/**
 * offhook_tool_call_list_finish:
 *
 * Empty arguments become "{}", a missing id one that is unique.
 *
 * Returns: (transfer full) (nullable) (element-type OffhookToolCall): %NULL with
 *   %OFFHOOK_ERROR_FORMAT when a call has no name or arguments that are no JSON object
 */
GPtrArray *offhook_tool_call_list_finish(OffhookToolCallList *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCompletionRequest, offhook_completion_request_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookToolCallList, offhook_tool_call_list_free)

G_END_DECLS
