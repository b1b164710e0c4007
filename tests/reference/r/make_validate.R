# Usage: Rscript r/make_validate.R, in the folder of the data. Reference numbers for validation and precision; writes t13_validate.json.
suppressMessages({library(jsonlite); library(lavaan); library(semTools); library(psych)})
mat <- function(m) { m <- unclass(m); list(rows=I(rownames(m)),cols=I(colnames(m)),values=I(unname(m))) }
cols <- function(d) lapply(as.list(d),function(x) I(as.vector(x)))
T <- paste0("T",1:5); N <- paste0("N",1:5); W <- paste0("W",1:5); IT <- c(T,N,W); CO <- list(trust=T,norm=N,network=W)
co <- read.csv("coop_respondents.csv"); for (v in c("T4","N2","W5")) co[[v]] <- 6-co[[v]]
cc <- co[complete.cases(co[IT]),]; o <- list(); warned <- list()
# every R warning goes to the key `warnings`: place -> the distinct texts with their number of times
note <- function(where,e) withCallingHandlers(e,warning=function(w) { k <- gsub("\\s+"," ",conditionMessage(w)); l <- as.list(warned[[where]])
  l[[k]] <- if (is.null(l[[k]])) 1L else l[[k]]+1L; warned[[where]] <<- l; invokeRestart("muffleWarning") })
m3 <- paste(sapply(names(CO),function(k) paste(k,"=~",paste(CO[[k]],collapse="+"))),collapse="\n"); m1 <- paste("g =~",paste(IT,collapse="+"))
wlsmv <- function(model,D,...) cfa(model,D,ordered=TRUE,estimator="WLSMV",std.lv=TRUE,...)
# 1 two-sided critical Pearson r
g <- expand.grid(n=c(5,10,30,100,729),alpha=c(.05,.01)); g$t <- qt(1-g$alpha/2,g$n-2); g$r <- g$t/sqrt(g$n-2+g$t^2); o$critical_r <- cols(g)
# 2 item moments over the answered values; skew G1 and kurtosis G2 (type 2)
o$moments <- cols(data.frame(item=IT,t(sapply(co[IT],function(x) { x <- x[!is.na(x)]; n <- length(x); d <- x-mean(x); m <- function(k) mean(d^k)
  c(n=n,mean=mean(x),sd=sd(x),skew=m(3)/m(2)^1.5*sqrt(n*(n-1))/(n-2),kurtosis=((n+1)*(m(4)/m(2)^2-3)+6)*(n-1)/((n-2)*(n-3)),low=mean(x==1),high=mean(x==5)) }))))
# 3 delete-one-body jackknife of the three-factor pairwise fit
alpha_raw <- function(x) { S <- cov(x[complete.cases(x),]); k <- ncol(S); k/(k-1)*(1-sum(diag(S))/sum(S)) }
PH <- c("trust~~norm","trust~~network","norm~~network"); omega_failed <- character(0)
theta <- function(D,where) { f <- note(where,wlsmv(m3,D,missing="pairwise")); s <- standardizedSolution(f,se=FALSE); s <- setNames(s$est.std,paste0(s$lhs,s$op,s$rhs))
  om <- tryCatch(note(where,compRelSEM(f,ord.scale=TRUE,tau.eq=FALSE)),error=function(e) { omega_failed <<- c(omega_failed,paste0(where,": ",conditionMessage(e))); NULL })
  om <- if (is.null(om)) setNames(rep(NA,3),names(CO)) else unlist(om)[names(CO)]
  stopifnot(lavInspect(f,"converged"))
  c(setNames(s[unlist(lapply(names(CO),function(k) paste0(k,"=~",CO[[k]])))],IT),s[PH],setNames(om,paste0("omega_",names(CO))),setNames(sapply(CO,function(v) alpha_raw(D[v])),paste0("alpha_",names(CO)))) }
B <- sort(unique(co$body)); full <- theta(co,"jackknife full")
reps <- t(sapply(B,function(b) theta(co[co$body!=b,],paste("jackknife without",b)))); G <- nrow(reps)
o$jackknife <- list(groups=G,left=I(sapply(B,function(b) sum(co$body!=b))),full=as.list(full),se=as.list(sqrt((G-1)/G*colSums(sweep(reps,2,colMeans(reps))^2))),replicates=mat(reps),
  omega_note=if (length(omega_failed)) paste(omega_failed,collapse="; ") else "compRelSEM(fit, ord.scale=TRUE, tau.eq=FALSE) ran without error on all 25 pairwise fits")
# 4 pooled within-body correlations and one-factor minres loadings, within and total
s <- note("statsBy",statsBy(cc[c("body",IT)],"body")); rwg <- s$rwg; dimnames(rwg) <- list(IT,IT); tot <- cor(cc[IT])
dev <- cor(sapply(cc[IT],function(x) x-ave(x,cc$body)))
lo <- function(R,where) lapply(setNames(names(CO),names(CO)),function(k) as.list(note(where,fa(R[CO[[k]],CO[[k]]],1,fm="minres"))$loadings[,1]))
o$within <- list(n=nrow(cc),bodies=length(unique(cc$body)),rwg=mat(rwg),max_difference_from_deviation_scores=max(abs(rwg-dev)),total=mat(tot),loadings_within=lo(rwg,"fa within"),loadings_total=lo(tot,"fa total"))
# 5 one factor against three
all_fit <- function(f) as.list(unclass(fitMeasures(f))); K <- c("chisq","df","chisq.scaled","cfi.scaled","rmsea.scaled","srmr")
f3 <- note("three_factor complete",wlsmv(m3,cc)); f1 <- note("one_factor complete",wlsmv(m1,cc))
p3 <- note("three_factor pairwise",wlsmv(m3,co,missing="pairwise")); p1 <- note("one_factor pairwise",wlsmv(m1,co,missing="pairwise"))
P <- unclass(note("lavCor",lavCor(cc[IT],ordered=IT))); ev <- eigen(P)$values
o$single_factor <- list(n=nrow(cc),n_pairwise=lavInspect(p3,"ntotal"),one_factor=note("fitMeasures one_factor",all_fit(f1)),three_factor=note("fitMeasures three_factor",all_fit(f3)),
  one_factor_pairwise=note("fitMeasures one_factor pairwise",as.list(unclass(fitMeasures(p1,K)))),three_factor_pairwise=note("fitMeasures three_factor pairwise",as.list(unclass(fitMeasures(p3,K)))),
  one_factor_loadings=as.list(setNames(subset(standardizedSolution(f1),op=="=~")$est.std,IT)),eigenvalues=I(ev),first_share=ev[1]/15)
# 7 validity of the three-factor complete-rows fit
named <- function(x) as.list(unlist(x)[names(CO)]); h <- function(...) mat(unclass(note("htmt",htmt(m3,...)))[names(CO),names(CO)])
o$validity <- list(ave=named(note("AVE",AVE(f3))),omega=named(note("compRelSEM",compRelSEM(f3,ord.scale=FALSE,tau.eq=FALSE))),omega_ordinal=named(note("compRelSEM",compRelSEM(f3,ord.scale=TRUE,tau.eq=FALSE))),
  omega_note="omega: ord.scale=FALSE (latent-response scale); omega_ordinal: ord.scale=TRUE (Green and Yang, scale of the observed sum)",polychoric=mat(P),
  htmt=h(sample.cov=P,absolute=TRUE,htmt2=FALSE),htmt2=h(sample.cov=P,absolute=TRUE,htmt2=TRUE),htmt_data=h(data=cc,ordered=IT,absolute=TRUE,htmt2=FALSE),
  htmt_note="P = lavCor(complete rows, ordered=IT). htmt: htmt(model, sample.cov=P, absolute=TRUE, htmt2=FALSE), arithmetic means (Henseler 2015); htmt2: the same call with htmt2=TRUE, geometric means, the default of semTools 0.5-6; htmt_data: htmt(model, data=complete rows, ordered=IT, absolute=TRUE, htmt2=FALSE)")
# 8 linear omega of each construct by itself: one factor, ML, complete rows of the construct
o$omega_linear <- lapply(CO,function(v) { f <- cfa(paste("f =~",paste(v,collapse="+")),co[complete.cases(co[v]),],std.lv=TRUE); as.numeric(compRelSEM(f)) })
o$warnings <- if (length(warned)) warned else setNames(list(),character(0))
o$`_meta` <- list(R=R.version.string,packages=lapply(setNames(nm=c("lavaan","semTools","psych")),function(p) as.character(packageVersion(p))))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t13_validate.json")
