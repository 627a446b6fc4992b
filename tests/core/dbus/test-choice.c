/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which bus a daemon goes to: by the configuration's word, and for auto by who runs it and what bus he has.
 */

#include "dbus/bus.h"

#include "harness.h"

#include <sys/wait.h>
#include <unistd.h>

#define STRANGER 65534

/* What another user's daemon would choose, whose session has the bus @address (nullable). */
static GBusType
test_choose_as(uid_t uid, const char *address)
{
	int status = 0;
	pid_t pid = fork();

	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		if (address != NULL)
			g_setenv("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
		else
			g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
		if (getuid() != uid && setresuid(uid, uid, uid) != 0)
			_exit(99);
		_exit(offhook_dbus_choose_bus("auto"));
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_words(void)
{
	g_assert_cmpint(offhook_dbus_choose_bus("system"), ==, G_BUS_TYPE_SYSTEM);
	g_assert_cmpint(offhook_dbus_choose_bus("session"), ==, G_BUS_TYPE_SESSION);
	g_assert_cmpint(offhook_dbus_choose_bus("none"), ==, G_BUS_TYPE_NONE);
}

static void
test_auto(void)
{
	uid_t somebody = geteuid() != 0 ? geteuid() : STRANGER;
	g_autofree char *empty = harness_make_dir();

	/* Where GLib looks for the bus of who says nothing of it; read once, so before anything else. */
	g_setenv("XDG_RUNTIME_DIR", empty, TRUE);
	g_assert_cmpint(test_choose_as(somebody, "unix:path=/nowhere"), ==, G_BUS_TYPE_SESSION);
	g_assert_cmpint(test_choose_as(somebody, NULL), ==, G_BUS_TYPE_SYSTEM);
	if (geteuid() == 0)
		g_assert_cmpint(test_choose_as(0, "unix:path=/nowhere"), ==, G_BUS_TYPE_SYSTEM);
	harness_remove_dir(empty);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dbus/choice/words", test_words);
	g_test_add_func("/dbus/choice/auto", test_auto);
	return g_test_run();
}
