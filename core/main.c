/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhookd: options, signals, and the main loop.
 */

#include <glib-unix.h>
#include <gst/gst.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <sys/resource.h>

#include <offhook/error.h>

#include "base/log.h"
#include "base/service-manager.h"
#include "daemon/daemon.h"
#include "daemon/predecessor.h"

typedef struct {
	char *config_path;
	gboolean check;
	gboolean tolerant;
	gboolean print_sample;
	gboolean version;
	gboolean verbose;
} OffhookOptions;

static gboolean
offhook_main_quit_cb(gpointer user_data)
{
	g_main_loop_quit(user_data);
	return G_SOURCE_CONTINUE;
}

/** What it was told by signals before it had started. */
static sigset_t offhook_main_early;
static gboolean offhook_main_started;

/* Whether it is too early for @number: it can be told again later. */
static gboolean
offhook_main_defer(int number)
{
	if (!offhook_main_started)
		sigaddset(&offhook_main_early, number);
	return !offhook_main_started;
}

static void
offhook_main_tell_early(void)
{
	static const int numbers[] = {SIGHUP, SIGUSR1, SIGUSR2};

	offhook_main_started = TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (sigismember(&offhook_main_early, numbers[i]))
			raise(numbers[i]);
}

static gboolean
offhook_main_reload_cb(gpointer user_data)
{
	if (offhook_main_defer(SIGHUP))
		return G_SOURCE_CONTINUE;
	offhook_service_manager_notify("RELOADING=1");
	offhook_daemon_reload(user_data, NULL);
	offhook_service_manager_notify("READY=1");
	return G_SOURCE_CONTINUE;
}

/** What is started to take our place: this program, or what stands in its place by then. */
static char **offhook_main_argv;

static gboolean
offhook_main_hand_over_cb(gpointer user_data)
{
	if (offhook_main_defer(SIGUSR2))
		return G_SOURCE_CONTINUE;
	offhook_log_show_process();
	offhook_daemon_hand_over(user_data, (const char *const *)offhook_main_argv);
	return G_SOURCE_CONTINUE;
}

/* Options are parsed out of argv, and a program that is replaced has another name. */
static void
offhook_main_keep_argv(char **argv)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

	offhook_main_argv = g_strdupv(argv);
	if (program == NULL)
		return;
	g_free(offhook_main_argv[0]);
	offhook_main_argv[0] = g_steal_pointer(&program);
}

static gboolean
offhook_main_drain_cb(gpointer user_data)
{
	if (!offhook_main_defer(SIGUSR1))
		offhook_daemon_drain(user_data, TRUE);
	return G_SOURCE_CONTINUE;
}

/* Every call has a socket and a recording. */
static void
offhook_main_raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int
offhook_main_exit_code(const GError *error)
{
	return g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG) ? EX_CONFIG
									   : EX_UNAVAILABLE;
}

static int
offhook_main_check(OffhookDaemon *daemon)
{
	g_autofree char *remarks = NULL;
	g_autoptr(GError) error = NULL;

	if (offhook_daemon_check(daemon, &remarks, &error)) {
		g_print("%sok\n", remarks);
		return EXIT_SUCCESS;
	}
	g_printerr("%s\n", error->message);
	return offhook_main_exit_code(error);
}

static int
offhook_main_run(OffhookDaemon *daemon)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GError) error = NULL;
	guint watchdog_id;

	/* It is found before it has started by whoever has handed over to it, and none of these ends it. */
	g_unix_signal_add(SIGUSR1, offhook_main_drain_cb, daemon);
	g_unix_signal_add(SIGUSR2, offhook_main_hand_over_cb, daemon);
	g_unix_signal_add(SIGHUP, offhook_main_reload_cb, daemon);
	if (!offhook_daemon_start(daemon, &error)) {
		g_printerr("offhookd: %s\n", error->message);
		return offhook_main_exit_code(error);
	}
	g_signal_connect_swapped(daemon, "quit", G_CALLBACK(g_main_loop_quit), loop);
	g_unix_signal_add(SIGTERM, offhook_main_quit_cb, loop);
	g_unix_signal_add(SIGINT, offhook_main_quit_cb, loop);
	offhook_main_tell_early();
	offhook_service_manager_notify("READY=1\nSTATUS=");
	watchdog_id = offhook_service_manager_start_watchdog();
	g_main_loop_run(loop);
	/* Calls in progress are given their time, in which the main loop turns on. */
	offhook_service_manager_notify("STOPPING=1");
	g_message("stopping");
	offhook_daemon_stop(daemon);
	g_clear_handle_id(&watchdog_id, g_source_remove);
	return EXIT_SUCCESS;
}

static gboolean
offhook_main_parse(OffhookOptions *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
	    {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_path,
	     "Configuration file; conf.d/*.conf beside it is read too", "FILE"},
	    {"check-config", 0, 0, G_OPTION_ARG_NONE, &options->check,
	     "Say ok or everything that is wrong with the configuration, and exit", NULL},
	    {"print-config-sample", 0, 0, G_OPTION_ARG_NONE, &options->print_sample,
	     "Print a commented configuration with every key, and exit", NULL},
	    {"tolerant", 0, 0, G_OPTION_ARG_NONE, &options->tolerant,
	     "Start also when some assistant or plugin can't work: without it", NULL},
	    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, "Log more", NULL},
	    {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit",
	     NULL},
	    {NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- voice-agent media server");

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return FALSE;
	if (*argc == 1)
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "unexpected argument \"%s\"",
		    (*argv)[1]);
	return FALSE;
}

int
main(int argc, char **argv)
{
	OffhookOptions options = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDaemon) daemon = NULL;
	g_autofree char *config_path = NULL;

	offhook_predecessor_detach();
	setlocale(LC_ALL, "C.UTF-8");
	offhook_main_keep_argv(argv);
	if (!offhook_main_parse(&options, &argc, &argv, &error)) {
		g_printerr("offhookd: %s\n", error->message);
		return EX_USAGE;
	}
	config_path = options.config_path;
	if (options.version) {
		g_print("offhookd %s\n", OFFHOOK_VERSION);
		return EXIT_SUCCESS;
	}
	offhook_log_init(options.verbose ? G_LOG_LEVEL_INFO : G_LOG_LEVEL_MESSAGE);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file limit is a write error like any other */
	offhook_main_raise_file_limit();
	gst_init(NULL, NULL);
	daemon = offhook_daemon_new(config_path);
	if (options.tolerant)
		offhook_daemon_set_tolerant(daemon);
	if (options.print_sample) {
		g_autofree char *sample = offhook_daemon_print_sample(daemon);

		g_print("%s", sample);
		return EXIT_SUCCESS;
	}
	return options.check ? offhook_main_check(daemon) : offhook_main_run(daemon);
}
