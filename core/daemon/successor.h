/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The process that takes this one's place, seen from here: it is started, says that it is ready, is given what
 * there can be only one of, and says that it serves. Until then it may fail, and nothing has happened.
 * docs/decisions/011-one-process-after-the-other.md. Main thread.
 */
#pragma once

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

typedef struct _OffhookSuccessor OffhookSuccessor;

typedef struct {
	void (*ready)(gpointer user_data);            /* it waits for offhook_successor_give() */
	void (*serving)(gpointer user_data, int pid); /* it does */
	/* It has ended before, or was not allowed to: everything is to be as it was. */
	void (*failed)(gpointer user_data, const GError *error);
	/* One has come after it, which has not heard what it was told. */
	void (*succeeded)(gpointer user_data);
	/* It has ended, and so has whoever came after it. @meant: somebody wanted that */
	void (*gone)(gpointer user_data, gboolean meant);
} OffhookSuccessorFuncs;

/** It is ready, and waits for so long until all calls that were given unmarked addresses have used them: as a phone rings. */
#define OFFHOOK_SUCCESSOR_SETTLE_S 90

/** What is in the environment of the new process: the number of the channel's descriptor. */
#define OFFHOOK_SUCCESSOR_ENV "OFFHOOK_PREDECESSOR_FD"
/**
 * The order of what is given: after these, for each process before that still has calls, the other end of its
 * channel. The text has the address of each in a line, the giver's own in the first.
 */
enum { OFFHOOK_GIVEN_SOCKET, OFFHOOK_GIVEN_LOCK, OFFHOOK_GIVEN_LAST };
/* What the two say. */
#define OFFHOOK_SAYS_PID      "pid " /* and its number; first of all */
#define OFFHOOK_SAYS_BUSY     "busy" /* it will take longer until it is ready */
#define OFFHOOK_SAYS_READY    "ready"
#define OFFHOOK_SAYS_SERVING  "serving"
#define OFFHOOK_SAYS_MAIN     "main"     /* the service manager knows of the change */
#define OFFHOOK_SAYS_SCHEDULE "schedule" /* no scheduled call rings any more */
#define OFFHOOK_SAYS_DELIVERIES "deliveries" /* no webhook is under way; again: there are more */
#define OFFHOOK_SAYS_SUCCEEDED "succeeded" /* it is another one that serves, and listens here */
#define OFFHOOK_SAYS_STOPPING  "stopping"  /* it ends because it was told to */
/* ... and how many calls it has: daemon/handover-text.h. What one does not know it does not mind. */

/**
 * offhook_successor_start:
 * @argv: the program and its arguments
 * @funcs: static; called from the main loop
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_UNAVAILABLE
 */
OffhookSuccessor *offhook_successor_start(const char *const *argv,
					  const OffhookSuccessorFuncs *funcs, gpointer user_data,
					  GError **error);
void offhook_successor_free(OffhookSuccessor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSuccessor, offhook_successor_free)

/**
 * offhook_successor_give:
 * @urls: where what it does not know is still known
 * @fds: what there can be only one of
 *
 * It is ready, and may begin to accept connections.
 */
gboolean offhook_successor_give(OffhookSuccessor *self, const char *urls, GUnixFDList *fds,
				GError **error);

/** @message: one of OFFHOOK_SAYS_*. That it has gone is no error: it is noticed elsewhere. */
void offhook_successor_tell(OffhookSuccessor *self, const char *message);

G_END_DECLS
