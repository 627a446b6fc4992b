/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One cell of the fault matrix: a call to an assistant of which a service goes wrong. What its caller
 * heard, and how long nothing where something was due, is read in the caller's log.
 */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

/* Nothing longer than this where something was due. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FAULT_SILENCE_MS 6000
#else
#define FAULT_SILENCE_MS 3000
#endif

#define FAULT_GREETING "Hello, this is the Trattoria Lucia."
#define FAULT_ASKED    "what are your opening hours"
#define FAULT_ANSWER   "We are open from nine to six. On Saturdays we close at two."

typedef struct {
	gint64 greeting_ms; /* from the beginning to its first sound; -1: never */
	gint64 answer_ms;   /* from the caller's last sound to its first */
} FaultDelays;

/** Who has to speak in the end. */
typedef enum {
	FAULT_ANSWERED, /* another engine, or agent */
	FAULT_IN_TIME,  /* likewise, unless that takes longer than the caller may be left waiting */
	FAULT_APOLOGISED, /* nobody can answer: an apology will do */
} FaultEnd;

typedef struct {
	Fixture *site; /* the daemon that is called */
	guint number;  /* its own: that of its telephone, and of its files */
	/* For the table. */
	const char *service;
	const char *stage;
	const char *fault; /* "none": the call by which the others are measured */
	const char *fall_back;
	FaultEnd end;

	GSubprocess *caller; /* (nullable): is not calling */
	gboolean over;       /* has called */

	FaultDelays delays;
	gint64 gap_ms; /* the longest silence where something was due */
	char *said;    /* by the assistant, in all */
	char *ended;   /* by whom */
} FaultCell;

FaultCell *fault_cell_new(Fixture *site, guint number);
void fault_cell_free(FaultCell *self);

/** The number that is called. (transfer full) */
char *fault_cell_get_number(const FaultCell *self);
/**
 * Calls; @over is set when the call has come to its end.
 * @load: how many times longer than on a quiet machine everything may take
 */
void fault_cell_call(FaultCell *self, double load);
/** After that, while the daemon still runs. @due: how long both take when nothing is wrong */
void fault_cell_read(FaultCell *self, const FaultDelays *due);
/** All that its caller wrote down. (transfer full) */
char *fault_cell_read_journal(const FaultCell *self);
/** What it came to: "answer" or "apology"; %NULL: what never may be, above all too long a silence */
const char *fault_cell_judge(const FaultCell *self, double load);

G_END_DECLS
