/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who may what on D-Bus: on a bus like the system's, with the policy that is installed, as another user.
 * Needs root, who alone can become one.
 */

#include "bus.h"

#include "harness.h"

#include <string.h>
#include <unistd.h>

#define STRANGER "65534"
#define NUMBER   "+15550100001"
#define CONFIG                                                                                     \
	"[driver:loopback]\nhangup-after-silence-ms=0\n[plugins]\npath=%s/tests/integration/"      \
	"moody\n"                                                                                  \
	"[assistant:desk]\ndriver=loopback\nagents=moody\ntts=flite\nnumber=+15550100009\n"        \
	"prompt=Be kind.\n" FIXTURE_PATIENT

/* For the test's own polkit; the daemon's policy says nothing of it. */
#define POLKIT_POLICY                                                                              \
	"<busconfig><policy user='root'><allow own='org.freedesktop.PolicyKit1'/></policy>"        \
	"<policy context='default'><allow send_destination='org.freedesktop.PolicyKit1'/>"         \
	"</policy></busconfig>"

typedef struct {
	Bus base;
	GSubprocess *polkit; /* (nullable) */
	char *call;          /* where one is */
} Access;

/* ---- set-up ---- */

static char *
test_write(Access *access, const char *name, const char *text)
{
	char *path = g_build_filename(access->base.base.dir, name, NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	return path;
}

/* @group: whose members may talk to the daemon instead of offhook; NULL: the policy as it is */
static void
test_start(Access *access, const char *group)
{
	g_autofree char *installed =
	    g_build_filename(g_getenv("OFFHOOK_DATA"), "dbus", "org.offhook.Offhook1.conf", NULL);
	g_autofree char *polkit = NULL;
	g_autofree char *config = g_strdup_printf(CONFIG, g_getenv("OFFHOOK_BUILD_ROOT"));
	g_autofree char *text = NULL;
	g_autofree char *changed = NULL;
	g_autoptr(GString) policy = NULL;
	g_autoptr(GError) error = NULL;

	fixture_set_up(&access->base.base, NULL);
	polkit = test_write(access, "polkit.conf", POLKIT_POLICY);
	g_file_get_contents(installed, &text, NULL, &error);
	g_assert_no_error(error);
	policy = g_string_new(text);
	if (group != NULL) {
		g_autofree char *ours = g_strdup_printf("group=\"%s\"", group);

		g_assert_cmpuint(g_string_replace(policy, "group=\"offhook\"", ours, 0), ==, 1);
	}
	changed = test_write(access, "offhook.conf", policy->str);
	bus_start(&access->base,
		  (const char *const[]){group != NULL ? changed : installed, polkit, NULL});
	bus_start_daemon(&access->base, config);
}

static void
test_set_up_installed(Access *access, gconstpointer data)
{
	test_start(access, NULL);
}

static void
test_set_up_group(Access *access, gconstpointer data)
{
	test_start(access, "nogroup");
}

static void
test_place(Access *access)
{
	g_autoptr(GVariant) reply = bus_call(&access->base, BUS_PATH, BUS_MANAGER, "PlaceCall",
					     g_variant_new_parsed("(%s, @a{sv} {})", NUMBER));

	g_variant_get(reply, "(o)", &access->call);
	bus_wait_property(&access->base, access->call, BUS_CALL, "State", "'in-progress'");
}

static void
test_tear_down(Access *access, gconstpointer data)
{
	if (access->polkit != NULL)
		g_subprocess_force_exit(access->polkit);
	g_clear_object(&access->polkit);
	g_free(access->call);
	bus_tear_down(&access->base, data);
}

/* ---- the stranger ---- */

static GSubprocess *
test_launch(Access *access, const char *verb, const char *path, const char *interface,
	    const char *method, const char *parameters)
{
	g_autofree char *client = g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "tests",
						   "integration", "bus-client", NULL);
	const char *const argv[] = {"setpriv",
				    "--reuid=" STRANGER,
				    "--regid=" STRANGER,
				    "--clear-groups",
				    client,
				    access->base.base.bus_address,
				    verb,
				    path,
				    interface,
				    method,
				    parameters,
				    NULL};

	return harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
}

/* (transfer full): what it is answered */
static char *
test_ask_as(Access *access, const char *verb, const char *path, const char *interface,
	    const char *method, const char *parameters)
{
	g_autoptr(GSubprocess) client =
	    test_launch(access, verb, path, interface, method, parameters);
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	g_subprocess_communicate_utf8(client, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	return g_strchomp(output);
}

static void
test_expect(Access *access, const char *path, const char *interface, const char *method,
	    const char *parameters, const char *start)
{
	g_autofree char *answer = test_ask_as(access, "call", path, interface, method, parameters);

	if (!g_str_has_prefix(answer, start))
		g_error("%s.%s: not \"%s\", but \"%s\"", interface, method, start, answer);
}

#define DENIED_BY_BUS "error org.freedesktop.DBus.Error.AccessDenied: "
#define DENIED        "error org.offhook.Offhook1.Error.Permission: "

/* ---- the bus ---- */

static void
test_send_end(Access *access)
{
	g_autoptr(GError) error = NULL;

	g_dbus_connection_emit_signal(access->base.connection, NULL, "/", "org.offhook.Test",
				      "Done", NULL, &error);
	g_assert_no_error(error);
}

static char *
test_read_line(GDataInputStream *output)
{
	g_autoptr(GError) error = NULL;
	char *line = g_data_input_stream_read_line(output, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(line);
	return line;
}

/* Who is not in the group reaches nothing, owns nothing, and hears nothing. */
static void
test_stranger(Access *access, gconstpointer data)
{
	g_autoptr(GSubprocess) client = test_launch(access, "hear", NULL, NULL, NULL, NULL);
	g_autoptr(GDataInputStream) output =
	    g_data_input_stream_new(g_subprocess_get_stdout_pipe(client));
	g_autofree char *ready = test_read_line(output);
	g_autofree char *heard = NULL;

	g_assert_cmpstr(ready, ==, "ready");
	test_place(access);
	test_expect(access, BUS_PATH, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
		    NULL, DENIED_BY_BUS);
	test_expect(access, BUS_PATH, "org.freedesktop.DBus.Introspectable", "Introspect", NULL,
		    DENIED_BY_BUS);
	test_expect(access, BUS_PATH, BUS_MANAGER, "Quit", NULL, DENIED_BY_BUS);
	test_send_end(access);
	do {
		g_free(heard);
		heard = test_read_line(output);
		g_assert_null(strstr(heard, "Offhook1."));
	} while (!g_str_has_prefix(heard, "org.offhook.Test.Done"));
}

/* ---- without polkit ---- */

static const char *
test_make_arguments(const GDBusMethodInfo *method, GString *text)
{
	g_string_assign(text, "(");
	for (guint i = 0; method->in_args != NULL && method->in_args[i] != NULL; i++) {
		const char *type = method->in_args[i]->signature;

		g_string_append(text, g_str_equal(type, "s")       ? "''"
				      : g_str_equal(type, "b")     ? "false"
				      : g_str_equal(type, "as")    ? "@as []"
				      : g_str_equal(type, "a{sv}") ? "@a{sv} {}"
								   : "?");
		if (i == 0 || method->in_args[i + 1] != NULL)
			g_string_append_c(text, ',');
	}
	g_string_append(text, ")");
	return text->len > 2 ? text->str : NULL;
}

static guint
test_denied_everything(Access *access, const char *path)
{
	g_autoptr(GVariant) reply = bus_call(
	    &access->base, path, "org.freedesktop.DBus.Introspectable", "Introspect", NULL);
	g_autoptr(GDBusNodeInfo) node = NULL;
	g_autoptr(GString) arguments = g_string_new(NULL);
	const char *xml;
	guint n = 0;

	g_variant_get(reply, "(&s)", &xml);
	node = g_dbus_node_info_new_for_xml(xml, NULL);
	g_assert_nonnull(node);
	for (guint i = 0; node->interfaces[i] != NULL; i++) {
		const GDBusInterfaceInfo *interface = node->interfaces[i];

		if (!g_str_has_prefix(interface->name, BUS_NAME))
			continue;
		for (guint j = 0; interface->methods != NULL && interface->methods[j] != NULL;
		     j++) {
			const GDBusMethodInfo *method = interface->methods[j];

			test_expect(access, path, interface->name, method->name,
				    test_make_arguments(method, arguments), DENIED);
			n++;
		}
	}
	return n;
}

/* In the group, but no polkit is there to allow anything: every method of every kind of object. */
static void
test_nobody_allows(Access *access, gconstpointer data)
{
	guint n = 0;

	test_place(access);
	n += test_denied_everything(access, BUS_PATH);
	n += test_denied_everything(access, access->call);
	n += test_denied_everything(access, BUS_PATH "/Driver/loopback");
	n += test_denied_everything(access, BUS_PATH "/Agent/moody");
	n += test_denied_everything(access, BUS_PATH "/Engine/flite");
	n += test_denied_everything(access, BUS_PATH "/Assistant/desk");
	g_assert_cmpuint(n, >=, 35);
	bus_expect(&access->base, access->call, BUS_CALL, "State", "'in-progress'");
}

/* ---- with polkit ---- */

static void
test_allow(Access *access, const char *const *rights)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *path = NULL;

	for (guint i = 0; rights[i] != NULL; i++)
		g_string_append_printf(text, BUS_NAME ".%s\n", rights[i]);
	path = test_write(access, "allowed", text->str);
}

static gboolean
test_has_polkit(gpointer data)
{
	Access *access = data;
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
	    access->base.connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
	    "org.freedesktop.DBus", "NameHasOwner",
	    g_variant_new("(s)", "org.freedesktop.PolicyKit1"), G_VARIANT_TYPE("(b)"),
	    G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
	gboolean has = FALSE;

	if (reply != NULL)
		g_variant_get(reply, "(b)", &has);
	return has;
}

static void
test_start_polkit(Access *access)
{
	g_autofree char *program = g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "tests",
						    "integration", "emulate-polkit", NULL);
	g_autofree char *allowed = g_build_filename(access->base.base.dir, "allowed", NULL);
	g_autofree char *asked = g_build_filename(access->base.base.dir, "asked", NULL);
	const char *const argv[] = {program, access->base.base.bus_address, allowed, asked, NULL};

	access->polkit = harness_launch(argv, G_SUBPROCESS_FLAGS_NONE);
	harness_poll_until(test_has_polkit, access, "polkit");
}

/* Each right opens what it is for, and nothing else. */
static void
test_rights(Access *access, gconstpointer data)
{
	const struct {
		const char *right;
		const char *path;
		const char *interface;
		const char *method;
		const char *parameters;
		const char *answer; /* when it is allowed */
	} rows[] = {
	    {"read-status", BUS_PATH, BUS_MANAGER, "FindCall", "('none',)",
	     "error org.offhook.Offhook1.Error.NotFound: "},
	    {"read-personal-data", BUS_PATH "/Assistant/desk", BUS_ASSISTANT, "GetDetails", NULL,
	     "ok ({'number': <'+15550100009'>"},
	    {"control-calls", access->call, BUS_CALL, "SendDtmf", "('x',)",
	     "error org.offhook.Offhook1.Error.InvalidArgument: "},
	    {"place-calls", BUS_PATH, BUS_MANAGER, "PlaceCall", "('555', @a{sv} {})",
	     "error org.offhook.Offhook1.Error.InvalidArgument: "},
	    {"manage", BUS_PATH, BUS_MANAGER, "SwitchProvider", "('none',)",
	     "error org.offhook.Offhook1.Error.NotFound: "},
	};

	for (guint allowed = 0; allowed < G_N_ELEMENTS(rows); allowed++) {
		test_allow(access, (const char *const[]){rows[allowed].right, NULL});
		for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
			test_expect(access, rows[i].path, rows[i].interface, rows[i].method,
				    rows[i].parameters, i == allowed ? rows[i].answer : DENIED);
	}
}

/* A password may be asked for only when the caller says so. */
static void
test_interaction(Access *access)
{
	g_autofree char *path = g_build_filename(access->base.base.dir, "asked", NULL);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	g_autofree char *answer = NULL;

	g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
	g_assert_nonnull(strstr(before, BUS_NAME ".manage 0\n"));
	g_assert_null(strstr(before, " 1\n"));
	answer = test_ask_as(access, "ask", BUS_PATH, BUS_MANAGER, "SwitchProvider", "('none',)");
	g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
	g_assert_nonnull(strstr(after, BUS_NAME ".manage 1\n"));
}

static void
test_polkit(Access *access, gconstpointer data)
{
	test_place(access);
	test_start_polkit(access);
	test_rights(access, data);
	test_interaction(access);
}

/* ---- personal data ---- */

/* What a subscriber hears of a call in which something is said. (transfer full) */
static char *
test_listen(Access *access, const char *first)
{
	g_autoptr(GSubprocess) client = test_launch(access, "subscribe", NULL, NULL, NULL, NULL);
	g_autoptr(GDataInputStream) output =
	    g_data_input_stream_new(g_subprocess_get_stdout_pipe(client));
	g_autofree char *subscribed = test_read_line(output);
	g_autoptr(GVariant) reply = NULL;
	GString *heard = g_string_new(NULL);
	g_autofree char *line = NULL;

	g_assert_cmpstr(subscribed, ==, first);
	reply = bus_call(&access->base, access->call, BUS_CALL, "InjectMessage",
			 g_variant_new("(s)", "my secret"));
	/* Its answer has been heard when the turn is over. */
	do {
		g_free(line);
		line = test_read_line(output);
		g_string_append_printf(heard, "%s\n", line);
	} while (!g_str_has_prefix(line, BUS_CALL ".Turn "));
	test_send_end(access);
	return g_string_free(heard, FALSE);
}

/* What everybody sees has no number in it; who may not read what is said is told only that something was. */
static void
test_personal(Access *access, gconstpointer data)
{
	g_autofree char *objects = NULL;
	g_autofree char *little = NULL;
	g_autofree char *all = NULL;

	test_place(access);
	test_start_polkit(access);
	test_allow(access, (const char *const[]){"read-status", NULL});
	objects = test_ask_as(access, "call", BUS_PATH, "org.freedesktop.DBus.ObjectManager",
			      "GetManagedObjects", NULL);
	g_assert_true(g_str_has_prefix(objects, "ok "));
	g_assert_nonnull(strstr(objects, access->call));
	g_assert_null(strstr(objects, "+1555"));
	g_assert_null(strstr(objects, "Be kind"));

	little = test_listen(access, "ok (false,)");
	g_assert_nonnull(strstr(little, BUS_CALL ".Event ('message.received', "));
	g_assert_null(strstr(little, BUS_CALL ".Message"));
	g_assert_null(strstr(little, BUS_CALL ".Sentiment"));
	g_assert_null(strstr(little, "secret"));

	test_allow(access, (const char *const[]){"read-status", "read-personal-data", NULL});
	all = test_listen(access, "ok (true,)");
	g_assert_nonnull(strstr(all, BUS_CALL ".Message ('user', 'my secret', "));
	g_assert_nonnull(strstr(all, BUS_CALL ".Sentiment"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (geteuid() != 0) {
		g_print("1..0 # SKIP only root can become another user\n");
		return 0;
	}
#define ADD(name, set_up, test)                                                                    \
	g_test_add("/integration/dbus-access/" name, Access, NULL, set_up, test, test_tear_down)
	ADD("stranger", test_set_up_installed, test_stranger);
	ADD("nobody-allows", test_set_up_group, test_nobody_allows);
	ADD("polkit", test_set_up_group, test_polkit);
	ADD("personal", test_set_up_group, test_personal);
	return g_test_run();
}
