/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Linux keeps a nice value for each thread, though setpriority() speaks of processes. Any thread.
 */

#include "base/priority.h"

#include <sys/resource.h>
#include <sys/time.h>

#define OFFHOOK_PRIORITY_FIRST -10
#define OFFHOOK_PRIORITY_LAST  10

void
offhook_priority_raise(void)
{
	setpriority(PRIO_PROCESS, 0, OFFHOOK_PRIORITY_FIRST);
}

gboolean
offhook_priority_can_raise(void)
{
	int now = getpriority(PRIO_PROCESS, 0);

	if (setpriority(PRIO_PROCESS, 0, OFFHOOK_PRIORITY_FIRST) != 0)
		return FALSE;
	setpriority(PRIO_PROCESS, 0, now);
	return TRUE;
}

void
offhook_priority_lower(void)
{
	setpriority(PRIO_PROCESS, 0, OFFHOOK_PRIORITY_LAST);
}
