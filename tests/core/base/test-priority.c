/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in sched_getattr(2). */
typedef struct {
	guint32 size;
	guint32 policy;
	guint64 flags;
	gint32 nice;
	guint32 priority;
	guint64 runtime;
	guint64 deadline;
	guint64 period;
} Attr;

static Attr
read_attr(void)
{
	Attr attr = {0};

	g_assert_cmpint(syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0), ==, 0);
	return attr;
}

static gpointer
read_attr_main(gpointer user_data)
{
	*(Attr *)user_data = read_attr();
	return NULL;
}

static gpointer
short_turns_main(gpointer user_data)
{
	Attr before = read_attr(), after, child;
	GThread *thread;

	offhook_priority_take_short_turns();
	after = read_attr();
	thread = g_thread_new("child", read_attr_main, &child);
	g_thread_join(thread);
	g_assert_cmpuint(after.policy, ==, before.policy);
	g_assert_cmpint(after.nice, ==, before.nice);
	g_assert_cmpuint(child.runtime, !=, 100000);
	/* 0: a kernel that knows no lengths of turns. */
	return GSIZE_TO_POINTER(after.runtime);
}

static void
test_priority_short_turns(void)
{
	gsize runtime =
	    GPOINTER_TO_SIZE(g_thread_join(g_thread_new("short", short_turns_main, NULL)));

	if (runtime == 0)
		g_test_skip("this kernel has no lengths of turns");
	else
		g_assert_cmpuint(runtime, ==, 100000);
}

static gpointer
lower_main(gpointer user_data)
{
	offhook_priority_lower();
	return GINT_TO_POINTER(getpriority(PRIO_PROCESS, 0));
}

static void
test_priority_lower(void)
{
	int before = getpriority(PRIO_PROCESS, 0);

	g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(g_thread_new("low", lower_main, NULL))), ==,
			10);
	g_assert_cmpint(getpriority(PRIO_PROCESS, 0), ==, before);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/priority/short-turns", test_priority_short_turns);
	g_test_add_func("/priority/lower", test_priority_lower);
	return g_test_run();
}
