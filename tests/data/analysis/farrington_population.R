# SPDX-License-Identifier: AGPL-3.0-or-later
# Made farrington_population.csv with R 4.2.2 and surveillance 1.20.3, in this directory:
#     Rscript farrington_population.R
suppressMessages(library(surveillance))
weekly <- read.csv("chicago_weekly.csv")
week <- seq_len(nrow(weekly))
people <- list( # one that grows, one that has visitors in summer
  d1 = round(20000 * (1 + 0.002 * week + 0.05 * sin(week / 40))),
  d7 = round(50000 * (1 - 0.0005 * week) * exp(0.4 * cos(2 * pi * (week - 30) / 52))))
judged <- 366:520
settings <- list(
  plain = list(alpha = 0.05, reweight = FALSE),
  default = list(alpha = 0.05, reweight = TRUE),
  noufaily = list(alpha = 0.005, noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1,
                  thresholdMethod = "nbPlugin", reweight = TRUE))
out <- data.frame(index = judged)
for (name in names(people)) {
  x <- sts(weekly[[name]], start = c(2010, 1), frequency = 52,
           population = matrix(people[[name]], ncol = 1))
  out[[paste0(name, "_people")]] <- people[[name]][judged]
  for (s in names(settings)) {
    r <- farringtonFlexible(x, c(list(range = judged, b = 5, w = 3, populationOffset = TRUE,
                                      glmWarnings = FALSE), settings[[s]]))
    put <- function(what, v) out[[paste(name, s, what, sep = "_")]] <<- as.vector(v)
    put("expected", control(r)$expected)
    put("upper", upperbound(r))
    put("p", control(r)$pvalue)
    put("trend", control(r)$trendVector)
    put("phi", control(r)$phiVector)
    put("alarm", as.integer(alarms(r)))
  }
}
write.csv(format(out, digits = 12, trim = TRUE), "farrington_population.csv", row.names = FALSE,
          quote = FALSE)
