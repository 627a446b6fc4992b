/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook-conform, which users start as `offhook conform`: runs the contract suite of its kind on any plugin's
 * file. Each check runs in a process of its own, this program once more, so that one that crashes or hangs
 * is a failed check and no more. Main thread.
 */

#include "kit-child.h"
#include "kit-report.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "harness.h"

#define TIMEOUT_S 30
/* So much longer than the check itself waits for anything before it is stopped from outside. */
#define PATIENCE_S 30

typedef struct {
	char *with;
	char **define;
	char *only;
	char *run;
	int timeout_s;
	gboolean json;
	char *format;
	gboolean list;
	gboolean verbose;
	gboolean describe;
	char **files;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->with);
	g_strfreev(options->define);
	g_free(options->only);
	g_free(options->format);
	g_free(options->run);
	g_strfreev(options->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static const char *const formats[] = {
    [KIT_PLAIN] = "plain", [KIT_TAP] = "tap", [KIT_JSON] = "json", NULL};

static gboolean
options_parse(Options *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
	    {"with", 'w', 0, G_OPTION_ARG_FILENAME, &options->with,
	     "What the suite needs to know of the plugin (--describe lists the keys)", "FILE"},
	    {"define", 'D', 0, G_OPTION_ARG_STRING_ARRAY, &options->define,
	     "What stands for @NAME@ in that file", "NAME=VALUE"},
	    {"only", 0, 0, G_OPTION_ARG_STRING, &options->only,
	     "These checks alone, e.g. driver/two-calls or agent/cancel-*", "PATTERN"},
	    {"timeout", 0, 0, G_OPTION_ARG_INT, &options->timeout_s,
	     "How long a check waits for anything: 1 to 3600 seconds (30)", "SECONDS"},
	    {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "As --format json", NULL},
	    {"format", 0, 0, G_OPTION_ARG_STRING, &options->format,
	     "A line for each check, TAP, or JSON; otherwise plain in a terminal and tap elsewhere",
	     "plain|tap|json"},
	    {"list", 0, 0, G_OPTION_ARG_NONE, &options->list, "Print the checks, run none", NULL},
	    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, "Print what checks print",
	     NULL},
	    {"describe", 0, 0, G_OPTION_ARG_NONE, &options->describe,
	     "Print what is asked of plugins, as a page", NULL},
	    {"run", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options->run, NULL, NULL},
	    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL,
	     "FILE.so"},
	    {NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	options->timeout_s = TIMEOUT_S;
	g_option_context_set_summary(context, "Runs the contract suite of its kind on a plugin.");
	g_option_context_set_description(
	    context,
	    "Exit status: 0 nothing failed, 1 a check failed, 64 wrong use, 66 there is no such "
	    "file, 78 the file of --with is wrong.\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return FALSE;
	if (options->timeout_s < 1 || options->timeout_s > 3600) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--timeout %d: expected 1 to 3600", options->timeout_s);
		return FALSE;
	}
	if (options->format != NULL && !g_strv_contains(formats, options->format)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--format %s: expected plain, tap or json", options->format);
		return FALSE;
	}
	if (options->describe || (options->files != NULL && g_strv_length(options->files) == 1))
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
		    "usage: offhook conform [--with FILE] [--format plain|tap|json] FILE.so");
	return FALSE;
}

static KitFormat
options_get_format(const Options *options)
{
	KitFormat format = KIT_PLAIN;

	if (options->json)
		return KIT_JSON;
	if (options->format == NULL)
		return isatty(STDOUT_FILENO) ? KIT_PLAIN : KIT_TAP;
	while (!g_str_equal(formats[format], options->format))
		format++;
	return format;
}

/* (transfer full) (nullable) */
static GHashTable *
options_make_words(const Options *options, GError **error)
{
	g_autoptr(GHashTable) words =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; options->define != NULL && options->define[i] != NULL; i++) {
		g_auto(GStrv) parts = g_strsplit(options->define[i], "=", 2);

		if (g_strv_length(parts) < 2) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "--define %s: expected NAME=VALUE", options->define[i]);
			return NULL;
		}
		g_hash_table_insert(words, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	return g_steal_pointer(&words);
}

static void
append_quoted(GString *text, const char *word, const char *value)
{
	g_autofree char *quoted = g_shell_quote(value);

	g_string_append_printf(text, " %s%s", word, quoted);
}

/* (transfer full): what has to be said again to run a check again, for the shell */
static char *
options_repeat(const Options *options)
{
	GString *text = g_string_new(NULL);

	append_quoted(text, "", options->files[0]);
	if (options->with != NULL)
		append_quoted(text, "--with ", options->with);
	for (guint i = 0; options->define != NULL && options->define[i] != NULL; i++)
		append_quoted(text, "--define ", options->define[i]);
	if (options->timeout_s != TIMEOUT_S)
		g_string_append_printf(text, " --timeout %d", options->timeout_s);
	return g_string_free(text, FALSE);
}

/* ---- one process ---- */

typedef struct {
	char *output; /* all that it printed */
	int status;   /* of the exit; -1: ended otherwise */
	int signal;   /* 0: ended by itself */
	gboolean expired;
	double seconds;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
	g_free(outcome->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

typedef struct {
	GSubprocess *process;
	gboolean expired;
} Watch;

static gboolean
watch_expire_cb(gpointer user_data)
{
	Watch *watch = user_data;

	watch->expired = TRUE;
	g_subprocess_force_exit(watch->process);
	return G_SOURCE_CONTINUE;
}

/* (transfer full): this program with the same arguments, and @path to run (nullable: to list) */
static GPtrArray *
make_command(const Options *options, const char *path)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(words, g_file_read_link("/proc/self/exe", NULL));
	g_ptr_array_add(words, g_strconcat("--run=", path != NULL ? path : "", NULL));
	g_ptr_array_add(words, g_strdup_printf("--timeout=%d", options->timeout_s));
	if (options->with != NULL)
		g_ptr_array_add(words, g_strconcat("--with=", options->with, NULL));
	for (guint i = 0; options->define != NULL && options->define[i] != NULL; i++)
		g_ptr_array_add(words, g_strconcat("--define=", options->define[i], NULL));
	g_ptr_array_add(words, g_strdup("--"));
	g_ptr_array_add(words, g_strdup(options->files[0]));
	g_ptr_array_add(words, NULL);
	return words;
}

static gboolean
run_child(const Options *options, const char *path, Outcome *outcome, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher =
	    harness_make_launcher(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_autoptr(GPtrArray) words = make_command(options, path);
	g_autoptr(GSubprocess) process = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GBytes) output = NULL;
	gint64 start = g_get_monotonic_time();
	Watch watch = {0};
	guint id;

	/* What GLib calls critical is a bug of whoever called it. */
	g_subprocess_launcher_setenv(launcher, "G_DEBUG", "fatal-criticals", TRUE);
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
	if (process == NULL)
		return FALSE;
	watch.process = process;
	id = g_timeout_add_seconds(options->timeout_s + PATIENCE_S, watch_expire_cb, &watch);
	g_subprocess_communicate_async(process, NULL, NULL, harness_store_result_cb, &result);
	while (result == NULL)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(id);
	if (!g_subprocess_communicate_finish(process, result, &output, NULL, error))
		return FALSE;
	outcome->output =
	    g_utf8_make_valid(g_bytes_get_data(output, NULL), g_bytes_get_size(output));
	outcome->expired = watch.expired;
	outcome->status =
	    g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process) : -1;
	outcome->signal =
	    g_subprocess_get_if_signaled(process) ? g_subprocess_get_term_sig(process) : 0;
	outcome->seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	return TRUE;
}

/* ---- what it printed ---- */

/* (transfer full) (nullable): what follows @mark in the last line that has it */
static char *
find_last(const char *output, const char *mark)
{
	g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
	const char *found = NULL;

	for (guint i = 0; lines[i] != NULL; i++) {
		const char *at = strstr(lines[i], mark);

		if (at != NULL)
			found = at + strlen(mark);
	}
	return g_strdup(found);
}

#define FATAL "-FATAL-ERROR: "

/*
 * Of "ERROR:FILE:LINE:FUNCTION: WHAT" people want WHAT, and then where that is; of "DOMAIN-FATAL-ERROR: WHAT"
 * just that. (transfer full)
 */
static char *
turn_around(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, ":", 5);
	const char *fatal = strstr(text, FATAL);
	g_autofree char *file = NULL;

	if (fatal != NULL)
		return g_strdup(fatal + strlen(FATAL));
	if (!g_str_has_prefix(text, "ERROR:") || g_strv_length(parts) < 5)
		return g_strdup(text);
	file = g_path_get_basename(parts[1]);
	return g_strdup_printf("%s (%s:%s)", g_strstrip(parts[4]), file, parts[2]);
}

/* (transfer full): why the process of a check did not end well */
static char *
explain(const Options *options, const Outcome *outcome)
{
	static const char *const marks[] = {"Bail out! ",
					    "ERROR: AddressSanitizer: ",
					    "ERROR: LeakSanitizer: ",
					    "runtime error: ",
					    "-CRITICAL **: ",
					    "-ERROR **: "};
	g_autofree char *text = NULL;

	if (outcome->expired)
		return g_strdup_printf("it did not end within %d s",
				       options->timeout_s + PATIENCE_S);
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
		if ((text = find_last(outcome->output, marks[i])) != NULL)
			return turn_around(text);
	if (outcome->signal != 0)
		return g_strdup_printf("ended by signal %d (%s)", outcome->signal,
				       strsignal(outcome->signal));
	return g_strdup_printf("exit status %d: %s", outcome->status, outcome->output);
}

/* ---- checks ---- */

/* "/contract/SUITE/PLUGIN/NAME" */
static KitCheck
find_check(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	KitCheck none = {0};

	return g_strv_length(parts) == 5 ? kit_suites_find_check(parts[2], parts[4]) : none;
}

static gboolean
is_wanted(const Options *options, const KitCheck *check)
{
	g_autofree char *name = g_strconcat(check->suite, "/", check->name, NULL);

	return options->only == NULL || g_pattern_match_simple(options->only, name);
}

static gboolean
run_check(const Options *options, KitReport *report, const char *path, GError **error)
{
	KitCheck check = find_check(path);
	g_auto(Outcome) outcome = {0};
	g_autofree char *found = NULL;

	if (!run_child(options, path, &outcome, error))
		return FALSE;
	if (options->verbose)
		kit_report_output(report, outcome.output);
	if (outcome.status != 0) {
		found = explain(options, &outcome);
		kit_report_add(report, &check, KIT_FAILED, found, outcome.seconds);
		return TRUE;
	}
	found = find_last(outcome.output, " # SKIP ");
	kit_report_add(report, &check, found != NULL ? KIT_SKIPPED : KIT_PASSED, found,
		       outcome.seconds);
	return TRUE;
}

/* (transfer full): the paths of the checks that are wanted, and who the plugin is */
static GPtrArray *
read_list(const Options *options, KitReport *report, const char *output)
{
	g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; lines[i] != NULL; i++) {
		KitCheck check = find_check(lines[i]);

		if (g_str_has_prefix(lines[i], KIT_CHILD_PLUGIN)) {
			g_auto(GStrv) words = g_strsplit(lines[i], "\t", -1);

			if (g_strv_length(words) == 4)
				kit_report_set_plugin(report, words[1], words[2], words[3]);
		} else if (check.name != NULL && is_wanted(options, &check)) {
			g_ptr_array_add(paths, g_strdup(lines[i]));
		}
	}
	return paths;
}

/* (transfer full): what a child that gave up said, without who the plugin is */
static char *
get_complaint(const char *output)
{
	const char *text = strstr(output, KIT_CHILD_PLUGIN);

	text = text != NULL ? strchr(text, '\n') : NULL;
	return g_strstrip(g_strdup(text != NULL ? text : output));
}

/* (transfer full): why it did not take its settings, and, where nobody has said any, how that is done */
static char *
explain_settings(const Options *options, const char *complaint)
{
	if (options->with != NULL)
		return g_strdup(complaint);
	return g_strdup_printf("%s; nothing is known of its settings: --with FILE says them, under "
			       "[settings], as the .conform file beside its sources does",
			       complaint);
}

/* Whether the plugin can be tried at all. */
static void
report_start(const Options *options, KitReport *report, const Outcome *list)
{
	static const char *const names[] = {"loads", "configures"};
	gboolean configured = list->status == 0;
	gboolean loaded = configured || list->status == KIT_CHILD_NOT_CONFIGURED;
	const gboolean passed[] = {loaded, configured};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		KitCheck check = kit_suites_find_check("plugin", names[i]);
		g_autofree char *found = NULL;

		if (!passed[i] && list->status == KIT_CHILD_NOT_CONFIGURED) {
			g_autofree char *complaint = get_complaint(list->output);

			found = explain_settings(options, complaint);
		} else if (!passed[i]) {
			found = list->status >= KIT_CHILD_NOT_LOADED ? get_complaint(list->output)
								     : explain(options, list);
		}
		kit_report_add(report, &check, passed[i] ? KIT_PASSED : KIT_FAILED, found,
			       list->seconds);
		if (!passed[i])
			return;
	}
}

static int
conform(const Options *options, GError **error)
{
	g_autoptr(KitReport) report = NULL;
	g_autofree char *again = NULL;
	g_autoptr(GPtrArray) paths = NULL;
	g_auto(Outcome) list = {0};

	if (!run_child(options, NULL, &list, error))
		return EX_OSERR;
	if (list.status == KIT_CHILD_BAD_CASE) {
		g_printerr("offhook conform: %s", list.output);
		return EX_CONFIG;
	}
	again = options_repeat(options);
	report = kit_report_new(options->files[0], again, options_get_format(options));
	paths = read_list(options, report, list.output);
	if (list.status != 0)
		g_ptr_array_set_size(paths, 0);
	kit_report_plan(report, list.status == 0                          ? paths->len + 2
				: list.status == KIT_CHILD_NOT_CONFIGURED ? 2
									  : 1);
	report_start(options, report, &list);
	for (guint i = 0; i < paths->len; i++)
		if (!run_check(options, report, g_ptr_array_index(paths, i), error))
			return EX_OSERR;
	return kit_report_finish(report) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
run_as_child(const Options *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) words = options_make_words(options, &error);
	g_autoptr(KitCase) kase =
	    words != NULL ? kit_case_load(options->with, words, &error) : NULL;

	if (kase == NULL) {
		g_printerr("%s\n", error->message);
		return KIT_CHILD_BAD_CASE;
	}
	return kit_child_run(options->files[0], kase, *options->run != '\0' ? options->run : NULL,
			     (guint)options->timeout_s);
}

static int
print_list(const Options *options, GError **error)
{
	g_autoptr(KitReport) report = kit_report_new(options->files[0], "", KIT_JSON);
	g_autoptr(GPtrArray) paths = NULL;
	g_auto(Outcome) list = {0};

	if (!run_child(options, NULL, &list, error))
		return EX_OSERR;
	paths = read_list(options, report, list.output);
	for (guint i = 0; i < paths->len; i++) {
		KitCheck check = find_check(g_ptr_array_index(paths, i));

		g_print("%s/%s\n", check.suite, check.name);
	}
	if (list.status != 0)
		g_printerr("offhook conform: %s\n", list.output);
	return list.status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
run(const Options *options, GError **error)
{
	g_autofree char *page = NULL;

	if (options->describe) {
		page = kit_suites_describe();
		g_print("%s", page);
		return EXIT_SUCCESS;
	}
	if (!g_file_test(options->files[0], G_FILE_TEST_IS_REGULAR)) {
		g_printerr("offhook conform: there is no file %s\n", options->files[0]);
		return EX_NOINPUT;
	}
	return options->list ? print_list(options, error) : conform(options, error);
}

int
main(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autoptr(GError) error = NULL;
	int status = EX_USAGE;

	setlocale(LC_ALL, "C.UTF-8");
	g_set_prgname("offhook conform");
	if (options_parse(&options, &argc, &argv, &error))
		status = options.run != NULL ? run_as_child(&options) : run(&options, &error);
	if (error != NULL)
		g_printerr("offhook conform: %s\n", error->message);
	return status;
}
