/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Who goes first when processors are short: 20 ms of audio can't wait, a list of calls can.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_priority_raise:
 *
 * Puts the calling thread before the process's others, if that is allowed (RLIMIT_NICE,
 * CAP_SYS_NICE). Threads that it starts inherit it.
 */
void offhook_priority_raise(void);

/** Is offhook_priority_raise() allowed? */
gboolean offhook_priority_can_raise(void);

/**
 * offhook_priority_lower:
 *
 * Puts the calling thread, and those that it starts from now on, behind the others. Nobody has to
 * allow that.
 */
void offhook_priority_lower(void);

/**
 * offhook_priority_take_short_turns:
 *
 * Tells the kernel that the calling thread has little to do each time and must not wait for it: it
 * then need not let a busier thread of the same processor end its turn first. Takes nobody's time
 * away; nothing happens before Linux 6.12. Threads that it starts do not inherit it, nor a nice value
 * below 0.
 */
void offhook_priority_take_short_turns(void);

G_END_DECLS
