/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A process whose place this one takes, seen from here, or one before that. It goes on with the calls that it has, and what it
 * alone may do stays with it as long as it lives. Main thread.
 */
#pragma once

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

typedef struct _OffhookPredecessor OffhookPredecessor;

/**
 * offhook_predecessor_find:
 * @predecessor: (out) (transfer full) (nullable): %NULL when nobody hands over to us
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_CONFIG when the environment names a descriptor that can't be of one
 */
gboolean offhook_predecessor_find(OffhookPredecessor **predecessor, GError **error);
/**
 * offhook_predecessor_detach:
 *
 * In a process that takes over: goes on as a child of the service manager. That waits only for the end of its
 * own children: had the new main process been another's when it became that, it would be killed at a stop
 * without being given the time to end. First of all in main(), as it forks.
 */
void offhook_predecessor_detach(void);
void offhook_predecessor_free(OffhookPredecessor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPredecessor, offhook_predecessor_free)

/**
 * offhook_predecessor_ask:
 * @lock_fd: (out): of the state directory; to be closed
 * @all: (element-type OffhookPredecessor): where those are put that were there before it and still have calls,
 *   the newest first
 *
 * Says that we are ready, and waits for what it gives us.
 *
 * Returns: (transfer full) (nullable): the socket that clients come to. %OFFHOOK_ERROR_UNAVAILABLE when it has
 *   gone or thought better of it, %OFFHOOK_ERROR_TIMED_OUT when it says nothing
 */
GSocket *offhook_predecessor_ask(OffhookPredecessor *self, int *lock_fd, GPtrArray *all,
				 GError **error);
/** Where it still listens, after that. (transfer none) */
const char *offhook_predecessor_get_url(OffhookPredecessor *self);
/** Its number, as far as the kernel knows it; 0: it does not. */
int offhook_predecessor_get_pid(OffhookPredecessor *self);
/** Calls that it still has, as far as it has told. */
guint offhook_predecessor_count_calls(OffhookPredecessor *self);
/** Says that we serve, and gives it time to tell the service manager. We do, whatever it says. */
void offhook_predecessor_relieve(OffhookPredecessor *self);

typedef struct {
	void (*schedule)(gpointer user_data);   /* it rings nobody any more */
	void (*counted)(gpointer user_data);    /* it has told how many calls it has */
	void (*deliveries)(gpointer user_data); /* it sends no webhooks any more; or has more */
	/* Also without having said anything. */
	void (*gone)(gpointer user_data, OffhookPredecessor *predecessor);
} OffhookPredecessorFuncs;

/** After that: tells of it from the main loop. @funcs: static */
void offhook_predecessor_watch(OffhookPredecessor *self, const OffhookPredecessorFuncs *funcs,
			       gpointer user_data);
/** Another process does. As long as we live the channel stays open, and we may watch again. */
void offhook_predecessor_leave(OffhookPredecessor *self);
/** Whether it may be ringing somebody for the schedule. */
gboolean offhook_predecessor_is_ringing(OffhookPredecessor *self);
/** Whether it may be sending webhooks. */
gboolean offhook_predecessor_is_sending(OffhookPredecessor *self);
/** @message: one of OFFHOOK_SAYS_* */
void offhook_predecessor_tell(OffhookPredecessor *self, const char *message);
/** Adds it to what is given to a process that comes after us. */
gboolean offhook_predecessor_pass_on(OffhookPredecessor *self, GString *urls, GUnixFDList *fds,
				     GError **error);

G_END_DECLS
