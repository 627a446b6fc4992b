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
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include <offhook/error.h>

#include "base/log.h"
#include "daemon.h"

typedef struct {
	char *config_path;
	gboolean check;
	gboolean print_sample;
	gboolean version;
	gboolean verbose;
} OffhookOptions;

static void
offhook_main_notify(const char *state)
{
#ifdef HAVE_SYSTEMD
	sd_notify(0, state);
#endif
}

static gboolean
offhook_main_quit_cb(gpointer user_data)
{
	g_main_loop_quit(user_data);
	return G_SOURCE_CONTINUE;
}

static gboolean
offhook_main_reload_cb(gpointer user_data)
{
	offhook_main_notify("RELOADING=1");
	offhook_daemon_reload(user_data);
	offhook_main_notify("READY=1");
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

	if (!offhook_daemon_start(daemon, &error)) {
		g_printerr("offhookd: %s\n", error->message);
		return offhook_main_exit_code(error);
	}
	g_unix_signal_add(SIGTERM, offhook_main_quit_cb, loop);
	g_unix_signal_add(SIGINT, offhook_main_quit_cb, loop);
	g_unix_signal_add(SIGHUP, offhook_main_reload_cb, daemon);
	offhook_main_notify("READY=1");
	g_main_loop_run(loop);
	offhook_main_notify("STOPPING=1");
	g_message("stopping");
	offhook_daemon_stop(daemon);
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

	setlocale(LC_ALL, "C.UTF-8");
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
	if (options.print_sample) {
		g_autofree char *sample = offhook_daemon_print_sample(daemon);

		g_print("%s", sample);
		return EXIT_SUCCESS;
	}
	return options.check ? offhook_main_check(daemon) : offhook_main_run(daemon);
}
