/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From how well the words fit to how far to believe them. Pure.
 */

#include "sphinx-decoder.h"

#include <math.h>

double
offhook_sphinx_match_get_confidence(const OffhookSphinxMatch *match)
{
	double sum;

	if (match->words == 0)
		return 0.0;
	sum = 10.4 - 0.395 * match->fit - 0.0315 * match->worst + 1.97 * log(match->spoken / 100.0);
	return 1.0 / (1.0 + exp(-sum));
}
