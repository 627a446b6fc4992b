/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The caller says nothing: after 8 s a prompt, after 8 s more another, then goodbye. The time runs
 * while nothing else happens: no one speaks, nobody thinks. Pure and clock-driven; main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	guint wait_ms;  /* 8000 */
	guint attempts; /* 2: prompts before the goodbye */
} OffhookIdlePrompterConfig;

extern const OffhookIdlePrompterConfig offhook_idle_prompter_defaults;

/** What keeps the time from running; it begins anew when the last of them has gone. */
typedef enum {
	OFFHOOK_IDLE_HOLD_AGENT = 1 << 0,  /* the agent is being heard */
	OFFHOOK_IDLE_HOLD_CALLER = 1 << 1, /* the caller speaks; also sets the attempts back to 0 */
	OFFHOOK_IDLE_HOLD_TURN = 1 << 2,   /* from the caller's last word to the answer's first */
	OFFHOOK_IDLE_HOLD_TOOL = 1 << 3,   /* a tool runs */
	OFFHOOK_IDLE_HOLD_OTHER = 1 << 4,  /* on hold, transferring, recording a message */
} OffhookIdleHold;

typedef enum {
	OFFHOOK_IDLE_NONE,
	OFFHOOK_IDLE_PROMPT,  /* ask whether the caller is still there */
	OFFHOOK_IDLE_GOODBYE, /* once; then nothing more until the caller does something */
} OffhookIdleEvent;

typedef struct _OffhookIdlePrompter OffhookIdlePrompter;

/** Stands still until offhook_idle_prompter_start(). @config: (nullable): copied */
OffhookIdlePrompter *offhook_idle_prompter_new(const OffhookIdlePrompterConfig *config);
void offhook_idle_prompter_free(OffhookIdlePrompter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookIdlePrompter, offhook_idle_prompter_free)

/** The conversation has begun. */
void offhook_idle_prompter_start(OffhookIdlePrompter *self, gint64 now_us);
/** It is over. */
void offhook_idle_prompter_stop(OffhookIdlePrompter *self);
/** One of the reasons not to count comes or goes. Twice the same is once. */
void offhook_idle_prompter_set_hold(OffhookIdlePrompter *self, gint64 now_us, OffhookIdleHold hold,
				    gboolean on);
/** The caller did something at one moment (a key): time and attempts begin anew. */
void offhook_idle_prompter_activity(OffhookIdlePrompter *self, gint64 now_us);

gint64 offhook_idle_prompter_get_deadline(OffhookIdlePrompter *self);
/** @attempt: (out) (optional): 1, 2, ... (the goodbye has the number after the last prompt's) */
OffhookIdleEvent offhook_idle_prompter_tick(OffhookIdlePrompter *self, gint64 now_us,
					    guint *attempt);

G_END_DECLS
