# Usage: Rscript r/make_second_order.R, in the folder of the data. One factor above several; writes t19_second_order.json.
suppressMessages({library(jsonlite); library(lavaan); library(semTools)})
mat <- function(m) { m <- unclass(m); list(rows=I(rownames(m)),cols=I(colnames(m)),values=I(unname(m))) }
cols <- function(d) lapply(as.list(d),function(x) I(as.vector(x)))
# Green & Yang's sum over pairs of cuts: the covariance of two scored answers whose latent responses correlate r
score_cov <- function(a,b,r) sum(outer(a,b,Vectorize(function(x,y) pbivnorm::pbivnorm(x,y,r)-pnorm(x)*pnorm(y))))
omega_cat <- function(l,cuts,R) { k <- length(l); up <- function(r,own) sum(sapply(1:k,function(i) sum(sapply(1:k,function(j) if (i==j) own(i) else score_cov(cuts[[i]],cuts[[j]],r[i,j])))))
  variance <- function(i) { p <- pnorm(cuts[[i]]); sum(outer(p,p,pmin)-outer(p,p)) }; C <- outer(l,l)
  up(C,function(i) score_cov(cuts[[i]],cuts[[i]],C[i,i]))/up(R,variance) }
run <- function(model,D,above,...) { f <- cfa(model,D,ordered=TRUE,estimator="WLSMV",std.lv=TRUE,...); s <- standardizedSolution(f); own <- s[s$op=="=~"&s$lhs!=above,]; higher <- s[s$lhs==above&s$op=="=~",]
  v <- lavInspect(f,"sampstat"); R <- v$cov[own$rhs,own$rhs]; cuts <- lapply(own$rhs,function(i) unname(v$th[startsWith(names(v$th),paste0(i,"|"))]))
  # the formula on one construct is semTools' compRelSEM; with a higher factor semTools 0.5.6 has only the latent responses
  first <- own$lhs==own$lhs[1]; stopifnot(abs(omega_cat(own$est.std[first],cuts[first],R[first,first])-compRelSEM(cfa(sub("\n[a-z]+ =~ [a-z+]+$","",model),D,ordered=TRUE,estimator="WLSMV",std.lv=TRUE,...))[[own$lhs[1]]])<2e-3)
  list(model=model,n=lavInspect(f,"ntotal"),loadings=cols(higher[c("rhs","est.std","se")]),omega=omega_cat(own$est.std*higher$est.std[match(own$lhs,higher$rhs)],cuts,R),
    omega_latent=compRelSEM(f,higher=above,ord.scale=FALSE)[[above]],scores=if (nrow(D)<1000) I(unname(lavPredict(f,method="EBM")[,above]))) }
co <- read.csv("coop_respondents.csv"); for (v in c("T4","N2","W5")) co[[v]] <- 6-co[[v]]
m3 <- "trust =~ T1+T2+T3+T4+T5\nnorm =~ N1+N2+N3+N4+N5\nnetwork =~ W1+W2+W3+W4+W5"; IT <- lavNames(m3,"ov"); cc <- co[complete.cases(co[IT]),]; o <- list()
o$items <- I(IT); o$coop <- run(paste0(m3,"\ncapital =~ trust+norm+network"),cc,"capital")
o$coop_pairwise <- run(paste0(m3,"\ncapital =~ trust+norm+network"),co,"capital",missing="pairwise"); o$coop_pairwise$scores <- NULL
bfi <- read.csv("bfi.csv")[2:26]; for (v in c("A1","C4","C5","E1","E2","O2","O5")) bfi[[v]] <- 7-bfi[[v]]
m5 <- "agree =~ A1+A2+A3+A4+A5\ncons =~ C1+C2+C3+C4+C5\nextra =~ E1+E2+E3+E4+E5\nneuro =~ N1+N2+N3+N4+N5\nopen =~ O1+O2+O3+O4+O5"
o$bfi <- run(paste0(m5,"\ng =~ agree+cons+extra+neuro+open"),bfi[complete.cases(bfi),],"g")
o$`_meta` <- list(R=R.version.string,packages=list(lavaan=as.character(packageVersion("lavaan")),semTools=as.character(packageVersion("semTools"))))
writeLines(toJSON(o,digits=8,auto_unbox=TRUE,na="null",null="null"),"t19_second_order.json")
