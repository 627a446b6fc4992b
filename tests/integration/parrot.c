/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent of a third party, outside of the tree's plugins: says what it hears.
 */

#include <offhook/offhook.h>

typedef struct {
	OffhookAgent parent_instance;
} Parrot;
typedef struct {
	OffhookAgentClass parent_class;
} ParrotClass;

static GType parrot_get_type(void);
G_DEFINE_TYPE(Parrot, parrot, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
parrot_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "the parrot sleeps");
	return NULL;
}

static void
parrot_init(Parrot *self)
{
}

static void
parrot_class_init(ParrotClass *klass)
{
	klass->parent_class.features = OFFHOOK_AGENT_TURNS;
	klass->parent_class.open_session = parrot_open_session;
}

OFFHOOK_DEFINE_PLUGIN(AGENT, "parrot", "1.0.0", "MIT", "Says what it hears", NULL, parrot_get_type)
