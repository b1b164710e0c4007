# Called by measurement.py: Rscript measurement.R FILE. Times psych and lavaan on the complete rows of columns 2 to 26 and
# writes seconds, versions and the numbers to compare as JSON. Seconds leave out the start of R and loading packages.
needed <- c("jsonlite", "psych", "lavaan")
missing <- needed[!vapply(needed, requireNamespace, logical(1), quietly = TRUE)]
if (length(missing)) {
  cat(sprintf('{"missing": [%s]}\n', paste0('"', missing, '"', collapse = ", ")))
  quit(status = 0)
}
suppressMessages({library(jsonlite); library(psych); library(lavaan)})
options(mc.cores = 2)  # psych spreads its pairs over these
repetitions <- 3
answers <- read.csv(commandArgs(trailingOnly = TRUE)[1])[2:26]
answers <- answers[complete.cases(answers), ]
model <- paste(sapply(c("A", "C", "E", "N", "O"), function(f) paste(f, "=~", paste0(f, 1:5, collapse = " + "))),
               collapse = "\n")

# The value of a call and the seconds each repetition took.
timed <- function(call, times) {
  seconds <- numeric(times)
  for (i in seq_len(times)) {
    seconds[i] <- system.time(value <- suppressMessages(suppressWarnings(call())))[["elapsed"]]
  }
  list(value = value, seconds = I(seconds))
}

pairs_psych <- timed(function() psych::polychoric(answers, correct = 0), repetitions)
pairs_lavaan <- timed(function() lavCor(answers, ordered = TRUE), repetitions)
fit <- timed(function() cfa(model, answers, ordered = TRUE, estimator = "WLSMV", std.lv = TRUE), repetitions)
scores <- timed(function() lavPredict(fit$value, method = "EBM"), 1)

plain <- function(x) I(unname(matrix(as.numeric(x), nrow(x))))
version <- function(package) as.character(packageVersion(package))
cat(toJSON(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), psych = version("psych"),
                  lavaan = version("lavaan")),
  seconds = list(psych = pairs_psych$seconds, lavcor = pairs_lavaan$seconds, cfa = fit$seconds,
                 ebm = scores$seconds),
  n_rows = nrow(answers),
  polychoric_psych = plain(pairs_psych$value$rho),
  polychoric_lavaan = plain(pairs_lavaan$value),
  loadings = plain(lavInspect(fit$value, "std")$lambda),
  chisq_scaled = fitMeasures(fit$value, "chisq.scaled")[[1]],
  scores = plain(scores$value)
), digits = NA, auto_unbox = TRUE), "\n")
