/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the program answers, whole or in parts, checked. Fields that are not known are ignored; those
 * of a wrong type or beyond a limit are errors that name them. Pure.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_REMOTE_MAX_SAY     (32 * 1024) /* bytes, of one part */
#define OFFHOOK_REMOTE_MAX_ACTIONS 16
#define OFFHOOK_REMOTE_MAX_PHRASES 200
#define OFFHOOK_REMOTE_MAX_PHRASE  200
#define OFFHOOK_REMOTE_MAX_TARGET  256
#define OFFHOOK_REMOTE_MAX_SUMMARY 4096

typedef struct {
	OffhookAction action;
	char *argument; /* (nullable): of HANG_UP */
	char *summary;  /* (nullable) */
} OffhookRemoteAct;

typedef struct {
	char *say;                  /* (nullable) */
	GPtrArray *acts;            /* of OffhookRemoteAct, in their order */
	OffhookExpectation *expect; /* (nullable) */
	JsonObject *variables;      /* (nullable): name -> string or null */
	gboolean answered;          /* %FALSE: the next agent has the turn */
	char *note;                 /* (nullable): the type of an event */
	JsonObject *note_data;      /* (nullable) */
} OffhookRemoteAnswer;

/** One that only says @text. */
OffhookRemoteAnswer *offhook_remote_answer_new(const char *text);
/** {say, actions, expect, variables, hand_over, end, answered}: %OFFHOOK_ERROR_FORMAT */
OffhookRemoteAnswer *offhook_remote_answer_parse(const char *text, gsize size, GError **error);
void offhook_remote_answer_free(OffhookRemoteAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRemoteAnswer, offhook_remote_answer_free)

/* For parts of one. Each: %FALSE with %OFFHOOK_ERROR_FORMAT. */
OffhookRemoteAnswer *offhook_remote_answer_make(void);
gboolean offhook_remote_answer_read_act(OffhookRemoteAnswer *self, JsonObject *object,
					GError **error);
gboolean offhook_remote_answer_read_expectation(OffhookRemoteAnswer *self, JsonObject *object,
						GError **error);
gboolean offhook_remote_answer_read_variables(OffhookRemoteAnswer *self, JsonObject *object,
					      GError **error);

G_END_DECLS
