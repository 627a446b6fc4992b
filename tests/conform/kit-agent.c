/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An agent as the agent contract wants it described. Main thread. */

#include "kit-suites.h"

#include "agent-contract.h"
#include "model.h"

/* (transfer full) (nullable): as the contract has them, ended by %NULL */
static const char *const *const *
kit_agent_make_bad(KitCase *kase)
{
	GPtrArray *refused = kit_case_list_refused(kase);

	g_ptr_array_set_free_func(refused, NULL);
	g_ptr_array_add(refused, NULL);
	return (const char *const *const *)g_ptr_array_free(refused, FALSE);
}

static gboolean
kit_agent_needs_model(const OffhookPluginInfo *info, KitCase *kase)
{
	g_autoptr(OffhookAgent) agent = g_object_new(info->get_type(), NULL);

	return kit_case_is(kase, "agent", "model") ||
	       (offhook_agent_get_features(agent) & OFFHOOK_AGENT_COMPLETER) != 0;
}

void
kit_agent_add_tests(const OffhookPluginInfo *info, KitCase *kase)
{
	static const OffhookSetting none[] = {{NULL}};
	static OffhookAgentContract contract;
	char *message = kit_case_dup(kase, "agent", "message");

	contract = (OffhookAgentContract){
	    .name = info->name,
	    .get_type = info->get_type,
	    .settings = info->settings != NULL ? info->settings : none,
	    .good = (const char *const *)kit_case_dup_pairs(kase, "settings"),
	    .options = (const char *const *)kit_case_dup_pairs(kase, "options"),
	    .bad_options = kit_agent_make_bad(kase),
	    .message = message != NULL ? message : "hello",
	    .member = kit_case_dup(kase, "agent", "member"),
	    .make_completer = kit_agent_needs_model(info, kase) ? model_new : NULL,
	    .either = !kit_case_has(kase, "agent"),
	};
	offhook_agent_contract_add_tests(&contract);
}
